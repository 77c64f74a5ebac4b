import { OwnerRests } from '../../../worker/owner-rests';

describe('Owners that rest', () => {
  let nowMs = 0;
  beforeEach(() => {
    nowMs = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  });
  afterEach(() => jest.restoreAllMocks());

  const rests = () => new OwnerRests<string>((key) => key, { firstMs: 1_000, maxMs: 5_000 });

  it('rest longer from time to time, up to the longest rest', () => {
    const owners = rests();
    const lasts: number[] = [];
    for (let one = 0; one < 5; one += 1) {
      owners.note('a');
      const from = nowMs;
      while (owners.isResting('a')) nowMs += 500;
      lasts.push(nowMs - from);
    }
    expect(lasts).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  it('are counted on by owner, and forgotten once nothing was left of them for as long again', () => {
    const owners = rests();
    expect([owners.note('a'), owners.note('a'), owners.note('b')]).toEqual([1, 2, 1]);
    expect(owners.resting()).toEqual(['a', 'b']);
    nowMs = 1_500;
    expect(owners.resting()).toEqual(['a']);
    nowMs = 4_500;
    expect([owners.resting(), owners.note('a'), owners.note('b')]).toEqual([[], 1, 1]);
  });

  it('are stuck when they were woken so often', () => {
    const owners = rests();
    owners.note('a');
    owners.note('a');
    owners.note('b');
    expect([owners.count(1), owners.count(2), owners.count(3)]).toEqual([2, 1, 0]);
  });
});
