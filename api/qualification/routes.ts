import { administratorListRoutes, administratorRoutes, periodAdministratorRoutes } from './administrators';
import { deadlineTagRoutes } from './deadline-tags';
import { draftEventRoutes } from './draft-events';
import { draftGridRoutes } from './draft-grid';
import { draftReadRoutes } from './draft-read';
import { draftStudentRoutes } from './draft-students';
import { draftDiscardRoutes, draftRoutes } from './drafts';
import { qualificationNodeRoutes } from './nodes';
import { overviewRoutes } from './overview';
import { ownQualificationRoutes } from './own-answer';
import { periodImportRoutes } from './period-import';
import { periodRoutes } from './periods';
import { qualificationPluginRoutes } from './plugins';
import { periodResultRoutes } from './results';
import { statusChangeRoutes } from './retract';
import { draftSaveRoutes } from './save-draft';
import { statusListRoutes } from './status-lists';
import { savedStatusRoutes, statusRoutes } from './statuses';
import { qualificationChangeRoutes, whatIfRoutes } from './what-if';

/** Every resource of qualification. */
export const qualificationRoutes = [
  ...[
    qualificationNodeRoutes,
    administratorRoutes,
    periodAdministratorRoutes,
    administratorListRoutes,
    deadlineTagRoutes,
  ],
  ...[periodRoutes, periodImportRoutes, periodResultRoutes, qualificationPluginRoutes],
  ...[
    draftRoutes,
    draftDiscardRoutes,
    draftReadRoutes,
    draftEventRoutes,
    draftStudentRoutes,
    draftGridRoutes,
    draftSaveRoutes,
    whatIfRoutes,
    qualificationChangeRoutes,
  ],
  ...[statusRoutes, savedStatusRoutes, statusListRoutes, statusChangeRoutes, overviewRoutes, ownQualificationRoutes],
];
