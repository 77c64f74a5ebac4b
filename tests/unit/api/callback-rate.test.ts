import { CallbackRate } from '../../../api/attempts/callbacks/rate';

describe('The rate of signals to workflows', () => {
  const at = (ms: number) => new Date(1_750_000_000_000 + ms);

  test('lets everything through that comes at less than twenty a second.', () => {
    const pace = new CallbackRate();
    for (let index = 0; index < 200; index += 1) {
      expect(pace.begin(at(index * 60))).toBe(true);
      pace.end();
    }
  });

  test('leaves a burst to the relay but for its beginning, and goes on when it is over.', () => {
    const pace = new CallbackRate();
    const begun = Array.from({ length: 1000 }, (_, index) => pace.begin(at(index))).filter(Boolean);
    expect(begun).toHaveLength(10);
    begun.forEach(() => pace.end());
    expect(pace.begin(at(4000))).toBe(true);
  });

  test('lets only a few be under way while Temporal does not answer.', () => {
    const pace = new CallbackRate();
    const begun = Array.from({ length: 100 }, (_, index) => pace.begin(at(index * 1000))).filter(Boolean);
    expect(begun).toHaveLength(10);
  });
});
