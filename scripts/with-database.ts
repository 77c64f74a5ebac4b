import { startPostgres } from '../dev/embedded/postgres';

/** Runs with the database of DATABASE_URL, or with an embedded one that is thrown away afterwards. */
export async function withDatabase<T>(use: (databaseUrl: string) => Promise<T>): Promise<T> {
  const postgres = await startPostgres();
  try {
    return await use(postgres.url);
  } finally {
    await postgres.dispose();
  }
}
