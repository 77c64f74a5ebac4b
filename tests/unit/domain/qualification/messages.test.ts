import { CELL_STATES } from '../../../../domain/qualification/cells';
import { QUALIFICATION_MESSAGES, wordsFor } from '../../../../domain/qualification/messages/catalogue';
import type { MessageKey } from '../../../../domain/qualification/messages/keys';
import { QUALIFICATION_STATUSES } from '../../../../domain/qualification/statuses';
import { LANGUAGES } from '../../../../domain/qualification/text';

describe('the words of qualification', () => {
  it('are there for every code in every language, and are not the codes', () => {
    const keys = Object.keys(QUALIFICATION_MESSAGES.en) as MessageKey[];
    for (const language of LANGUAGES) {
      expect(Object.keys(QUALIFICATION_MESSAGES[language]).sort()).toEqual([...keys].sort());
      for (const key of keys) expect(wordsFor(key, language)).not.toBe(key);
    }
  });

  it('are there for each status and each cell', () => {
    const keys = [
      ...QUALIFICATION_STATUSES.map((name) => `status.${name}`),
      ...CELL_STATES.map((name) => `cell.${name}`),
    ];
    for (const key of keys) expect(QUALIFICATION_MESSAGES.nb).toHaveProperty([key]);
  });

  it('differ between the languages', () => {
    expect(wordsFor('gate.undecided', 'nb')).toBe('Det er ikke avgjort om deltakeren kvalifiserer seg.');
    expect(wordsFor('gate.undecided', 'en')).toBe('It is undecided whether the learner qualifies.');
  });
});
