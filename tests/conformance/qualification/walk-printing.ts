import type { Outcome, Step } from '../../golden/qualification/walk';
import { idOf } from '../../golden/qualification/walk';
import { qualificationOf } from './office-api';
import { granted } from './walk-answers';
import type { WalkedStatus, WalkStage } from './walk-stage';

interface PrintedStudent {
  username: string;
  userId: string;
}

/** A printed status as lists of user names. Orders are asked for each time; there is no cookie. */
export async function printed(stage: WalkStage, step: Step, address: string, sort: string | null): Promise<Outcome> {
  const found = statusAt(stage, address) ?? { periodId: 'p1', seq: Number(idOf(address)) };
  return { status: 200, view: await readPrint(stage, step.actor ?? '', found, sort) };
}

/** Who is printed as qualified and as not, in order. @throws RefusedStep */
export async function readPrint(
  stage: WalkStage,
  actor: string,
  { periodId, seq }: Pick<WalkedStatus, 'periodId' | 'seq'>,
  sort: string | null,
): Promise<string[][]> {
  const order = sort === null ? '' : `?sort=${encodeURIComponent(sort)}`;
  const path = `${qualificationOf(stage.own(periodId))}/statuses/${seq}/print${order}`;
  const { body } = granted(await (await stage.api(actor)).get(path));
  const names = (list: unknown): string[] =>
    (list as PrintedStudent[]).map(({ username, userId }) => stage.names.plain(username === '' ? userId : username));
  return [names(body['qualified']), names(body['notQualified'])];
}

function statusAt({ statuses }: WalkStage, address: string): WalkedStatus | undefined {
  const [, n] = /^\{status:(\d+)\}$/.exec(address) ?? [];
  return statuses.find((status) => status.n === Number(n));
}
