import { migrateToLatest } from '../db/core/migrate';

async function main(): Promise<void> {
  const databaseUrl = process.env['DATABASE_URL'];
  if (!databaseUrl) throw new Error('Set DATABASE_URL to the database to migrate, then run `npm run db:migrate`.');
  const names = await migrateToLatest(databaseUrl);
  console.log(names.length === 0 ? 'Nothing to do.' : `Migrated: ${names.join(', ')}`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
