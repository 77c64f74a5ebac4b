import type { AttemptGateway } from '../../clients/temporal/attempts';
import type { Dependencies } from '../attempts/dependencies';

/** What a publish needs beside the attempts' dependencies: to signal running attempts. */
export interface PublishDependencies extends Dependencies {
  gateway: Pick<AttemptGateway, 'signalWithStart' | 'signal'>;
}
