import type { FastifyInstance } from 'fastify';
import { attemptActionRoutes } from './attempts/act';
import { callbackRoutes } from './attempts/callbacks/provider-callbacks';
import { attemptChangeRoutes } from './attempts/change';
import { attemptCreationRoutes } from './attempts/create';
import { attemptEventRoutes } from './attempts/events';
import { attemptOptionRoutes } from './attempts/options';
import { attemptPastRoutes, attemptRoutes } from './attempts/read';
import { attemptRemovalRoutes } from './attempts/remove';
import { reviewRoutes } from './attempts/reviews/reviews';
import { timelineRoutes } from './attempts/timeline';
import { auditRoutes } from './audit/audit';
import { meRoutes } from './auth/me';
import type { ApiContext } from './context';
import { allowanceRoutes } from './courses/allowances';
import { clockRoutes } from './courses/clock';
import { courseRoutes } from './courses/courses';
import { examRoutes } from './courses/exams';
import { learnerRoutes } from './courses/learners';
import { specialExamRoutes } from './courses/special-exams';
import { channelRoutes } from './exports/channels';
import { customerImportRoutes } from './exports/customer-import';
import { customerRoutes } from './exports/customers';
import { exportProgressRoutes, exportRecordRoutes } from './exports/records-and-progress';
import { exportRoutes, exportSteeringRoutes } from './exports/runs';
import { transmissionRoutes } from './exports/transmissions';
import { qualificationRoutes } from './qualification/routes';

/** Every resource under /v1, named one by one so that what is wired can be read here. */
export async function registerRoutes(v1: FastifyInstance, context: ApiContext): Promise<void> {
  const routes = [
    meRoutes,
    ...[learnerRoutes, courseRoutes, specialExamRoutes, examRoutes, allowanceRoutes],
    ...[
      attemptCreationRoutes,
      attemptRoutes,
      attemptPastRoutes,
      timelineRoutes,
      attemptEventRoutes,
      attemptOptionRoutes,
      attemptChangeRoutes,
      attemptActionRoutes,
      attemptRemovalRoutes,
    ],
    ...[callbackRoutes, reviewRoutes, auditRoutes],
    ...[customerRoutes, customerImportRoutes, channelRoutes, transmissionRoutes],
    ...[exportRoutes, exportSteeringRoutes, exportRecordRoutes, exportProgressRoutes],
    ...qualificationRoutes,
    ...(context.settings.testClock ? [clockRoutes] : []),
  ];
  for (const route of routes) await v1.register(route, { context });
}
