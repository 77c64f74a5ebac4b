import type { FastifyInstance } from 'fastify';
import type { ApiContext } from './context';
import { allowanceRoutes } from './courses/allowances';
import { attemptActionRoutes } from './attempts/act';
import { attemptChangeRoutes } from './attempts/change';
import { attemptCreationRoutes } from './attempts/create';
import { attemptRemovalRoutes } from './attempts/remove';
import { attemptPastRoutes, attemptRoutes } from './attempts/read';
import { channelRoutes } from './exports/channels';
import { clockRoutes } from './courses/clock';
import { courseRoutes } from './courses/courses';
import { customerImportRoutes } from './exports/customer-import';
import { customerRoutes } from './exports/customers';
import { examRoutes } from './courses/exams';
import { exportProgressRoutes, exportRecordRoutes } from './exports/outputs';
import { exportRoutes, exportSteeringRoutes } from './exports/runs';
import { learnerRoutes } from './courses/learners';
import { restCallbackRoutes, softwareSecureRoutes } from './attempts/callbacks/provider-callbacks';
import { specialExamRoutes } from './courses/special-exams';
import { reviewRoutes } from './attempts/reviews/reviews';
import { transmissionRoutes } from './exports/transmissions';

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
