import { wasTransmitted } from '../../../../domain/exports/transmissions';
import { expectedLookup, type GoldenLookup } from '../../../golden/enterprise-lookups';
import { expectedSends } from '../../../golden/enterprise-sequence-expected';
import { type GoldenSequence, sendsOf } from '../../../golden/enterprise-sequences';
import { loadEnterprise } from '../../../golden/load';

const cases = loadEnterprise<GoldenLookup | (GoldenSequence & { kind: 'sequence' })>('transmission_audit');
const lookups = cases.filter((one) => one.kind === 'lookup');
const sequences = cases.filter((one) => one.kind === 'sequence');

function answer({ rows, query }: GoldenLookup): boolean {
  const transmissions = rows.map((row) => ({
    sequence: row.id,
    configurationId: String(row.plugin_configuration_id),
    courseId: '',
    courseCompleted: null,
    enrollmentId: String(row.enrollment_id),
    subsectionId: row.subsection_id,
    grade: row.grade,
    transmitted: row.is_transmitted,
  }));
  const {
    plugin_configuration_id: configuration,
    enrollment_id: enrollment,
    grade,
    subsection_id: subsectionId,
  } = query;
  const question = { configurationId: String(configuration), enrollmentId: String(enrollment), grade, subsectionId };
  return wasTransmitted(transmissions, question);
}

describe('the recorded question "already transmitted?"', () => {
  it('is answered by configuration and grade, in every look-up', () => {
    const differing = lookups.filter((one) => expectedLookup(one) !== answer(one));
    expect(differing.map(({ id }) => id)).toEqual([]);
    expect(lookups.some(answer)).toBe(true);
  });
});

describe('the recorded runs one after the other', () => {
  it('send the same number of completions at each step, but for wanted differences', () => {
    const differing: string[] = [];
    const counts: Record<string, number> = {};
    for (const one of sequences) {
      const { sends, wanted } = expectedSends(one);
      const seen = sendsOf(one);
      const agrees = sends.every((expected, at) => expected === null || expected === seen[at]);
      if (!agrees) differing.push(`${one.id}: expected ${sends.join()}, seen ${seen.join()}`);
      const name = wanted.join(' ') || (sends.includes(null) ? 'agrees where recorded' : 'agrees');
      counts[name] = (counts[name] ?? 0) + 1;
    }
    expect(differing).toEqual([]);
    if (!process.env['GOLDEN_DIR']) {
      expect(counts).toEqual({ agrees: 79, 'agrees where recorded': 6, E3: 7, E5: 13, E7: 7 });
    }
  });
});
