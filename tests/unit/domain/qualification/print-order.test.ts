import {
  inPrintOrder,
  isPrintSort,
  lastNameOf,
  PRINT_SORTS,
  printSections,
  type PrintSort,
} from '../../../../domain/qualification/print-order';

const NAMES = ['Åse Aas', 'Ada Berg', '', 'Bo von Aas', 'Øystein Øi', 'Ærlig Zorn', 'Aadne Dahl', '  Cæsar  Ås '];
const students = NAMES.map((fullName, index) => ({ userId: `id${index}`, username: `u${index}`, fullName }));

function printed(sort: PrintSort, language: string, list = students): string[] {
  return inPrintOrder(list, sort, language).map(({ fullName }) => fullName.trim());
}

describe('the printed order', () => {
  it('by name in Norwegian has Æ, Ø and Å last, Aa as Å, and missing names first', () => {
    const order = ['', 'Ada Berg', 'Bo von Aas', 'Cæsar  Ås', 'Ærlig Zorn', 'Øystein Øi', 'Aadne Dahl', 'Åse Aas'];
    expect(printed('name', 'nb')).toEqual(order);
  });

  it('by name in English has them where A and O are', () => {
    const order = ['', 'Aadne Dahl', 'Ada Berg', 'Ærlig Zorn', 'Åse Aas', 'Bo von Aas', 'Cæsar  Ås', 'Øystein Øi'];
    expect(printed('name', 'en')).toEqual(order);
  });

  it('by last name goes by the last word', () => {
    const order = ['', 'Ada Berg', 'Aadne Dahl', 'Ærlig Zorn', 'Øystein Øi', 'Cæsar  Ås', 'Åse Aas', 'Bo von Aas'];
    expect(printed('lastname', 'nb')).toEqual(order);
    expect(['Bo von Aas', ' Ada ', ''].map(lastNameOf)).toEqual(['Aas', 'Ada', '']);
  });

  it('by user name does not look at names', () => {
    expect(printed('username', 'nb', [...students].reverse())).toEqual(NAMES.map((name) => name.trim()));
  });

  it('of equal names goes by user name, then by id, whatever order they came in', () => {
    const twins = [
      { userId: 'id0', username: 'b', fullName: 'Kim Lie' },
      { userId: 'id2', username: 'a', fullName: 'Kim Lie' },
      { userId: 'id1', username: 'a', fullName: 'Kim Lie' },
    ];
    const ordered = (list: typeof twins): string[] => inPrintOrder(list, 'name', 'nb').map(({ userId }) => userId);
    expect(ordered(twins)).toEqual(['id1', 'id2', 'id0']);
    expect(ordered([...twins].reverse())).toEqual(['id1', 'id2', 'id0']);
  });

  it('is one of three that are known', () => {
    expect(['name', 'username', 'lastname', 'bogus', ''].filter(isPrintSort)).toEqual([...PRINT_SORTS]);
  });
});

describe('the printed list', () => {
  const list = students.map((student, index) => ({
    ...student,
    qualifies: index === 1 ? true : index === 2 ? null : false,
  }));

  it('is there for a final status only', () => {
    const order = { sort: 'name', language: 'nb' } as const;
    expect(printSections({ status: 'almostready' }, list, order)).toBeNull();
    expect(printSections({ status: 'notready' }, list, order)).toBeNull();
    const sections = printSections({ status: 'ready' }, list, order);
    expect(sections?.qualified.map(({ userId }) => userId)).toEqual(['id1']);
    expect(sections?.notQualified).toHaveLength(7);
  });
});
