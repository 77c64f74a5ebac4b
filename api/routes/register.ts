import type { FastifyInstance } from 'fastify';
import type { ApiContext } from '../dependencies';
import { allowanceRoutes } from './allowances';
import { attemptActionRoutes } from './attempt-actions';
import { attemptChangeRoutes } from './attempt-changes';
import { attemptCreationRoutes } from './attempt-creation';
import { attemptRemovalRoutes } from './attempt-removals';
import { attemptPastRoutes, attemptRoutes } from './attempts';
import { channelRoutes } from './channels';
import { clockRoutes } from './clock';
import { courseRoutes } from './courses';
import { customerImportRoutes } from './customer-import';
import { customerRoutes } from './customers';
import { examRoutes } from './exams';
import { exportProgressRoutes, exportRecordRoutes } from './export-outputs';
import { exportRoutes, exportSteeringRoutes } from './exports';
import { learnerRoutes } from './learners';
import { restCallbackRoutes, softwareSecureRoutes } from './provider-callbacks';
import { specialExamRoutes } from './special-exams';
import { reviewRoutes } from './reviews';
import { transmissionRoutes } from './transmissions';

/** Every resource under /v1, named one by one so that what is wired can be read here. */
export async function registerRoutes(v1: FastifyInstance, context: ApiContext): Promise<void> {
  const routes = [
    ...[learnerRoutes, courseRoutes, specialExamRoutes, examRoutes, allowanceRoutes],
    ...[
      attemptCreationRoutes,
      attemptRoutes,
      attemptPastRoutes,
      attemptChangeRoutes,
      attemptActionRoutes,
      attemptRemovalRoutes,
    ],
    ...[softwareSecureRoutes, restCallbackRoutes, reviewRoutes],
    ...[customerRoutes, customerImportRoutes, channelRoutes, transmissionRoutes],
    ...[exportRoutes, exportSteeringRoutes, exportRecordRoutes, exportProgressRoutes],
    ...(context.settings.testClock ? [clockRoutes] : []),
  ];
  for (const route of routes) await v1.register(route, { context });
}
