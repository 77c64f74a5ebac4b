import { alreadyTransmitted } from '../../../../domain/exports/transmitted';
import { followedSends, type GoldenSequence, sendsOf } from '../../../golden/enterprise-sequences';
import { loadEnterprise } from '../../../golden/load';

interface GoldenLookup {
  id: string;
  kind: 'lookup';
  rows: {
    id: number;
    enrollment_id: number;
    grade: string | null;
    error_message: string;
    is_transmitted: boolean;
    subsection_id: string | null;
    plugin_configuration_id: number;
  }[];
  query: {
    enrollment_id: number;
    plugin_configuration_id: number;
    grade: string | null;
    subsection_id: string | null;
    detect_grade_updated: boolean;
  };
  seed_expectation: boolean;
  installed_expectation: boolean;
}

const cases = loadEnterprise<GoldenLookup | (GoldenSequence & { kind: 'sequence' })>('transmission_audit');
const lookups = cases.filter((one) => one.kind === 'lookup');
const sequences = cases.filter((one) => one.kind === 'sequence');

function answer({ rows, query }: GoldenLookup): boolean {
  const transmissions = rows.map((row) => ({
    ...{ sequence: row.id, configurationId: String(row.plugin_configuration_id), courseId: '', courseCompleted: null },
    ...{ enrollmentId: String(row.enrollment_id), subsectionId: row.subsection_id, grade: row.grade },
    transmitted: row.is_transmitted,
  }));
  const {
    plugin_configuration_id: configuration,
    enrollment_id: enrollment,
    grade,
    subsection_id: subsectionId,
  } = query;
  const question = { configurationId: String(configuration), enrollmentId: String(enrollment), grade, subsectionId };
  return alreadyTransmitted(transmissions, question);
}

/**
 * 8.8's keying with the seed's grade rule: 8.8 itself where it is told to look at the grade, or finds no row. Where it
 * finds one and doesn't look, the seed's rule is put to the row that 8.8 finds.
 */
function followed({ rows, query, installed_expectation: installed }: GoldenLookup): boolean {
  if (query.detect_grade_updated || !installed) return installed;
  const found = rows.filter(
    (row) =>
      row.enrollment_id === query.enrollment_id &&
      row.plugin_configuration_id === query.plugin_configuration_id &&
      row.is_transmitted &&
      (!query.subsection_id || row.subsection_id === query.subsection_id),
  );
  return found.at(-1)?.grade === query.grade;
}

describe('the recorded question "already transmitted?"', () => {
  it('is answered by configuration and grade, in every look-up', () => {
    const differing = lookups.filter((one) => followed(one) !== answer(one));
    expect(differing.map(({ id }) => id)).toEqual([]);
    expect(lookups.some(answer)).toBe(true);
  });
});

describe('the recorded runs one after the other', () => {
  it('send the same number of completions at each step, but for wanted differences', () => {
    const differing: string[] = [];
    const counts: Record<string, number> = {};
    for (const one of sequences) {
      const { sends, wanted } = followedSends(one);
      const seen = sendsOf(one);
      const agrees = sends.every((expected, at) => expected === null || expected === seen[at]);
      if (!agrees) differing.push(`${one.id}: expected ${sends.join()}, seen ${seen.join()}`);
      const name = wanted.join(' ') || (sends.includes(null) ? 'agrees where recorded' : 'agrees');
      counts[name] = (counts[name] ?? 0) + 1;
    }
    expect(differing).toEqual([]);
    if (!process.env['GOLDEN_DIR']) expect(counts).toEqual({ agrees: 86, 'agrees where recorded': 6, E5: 13, E7: 7 });
  });
});
