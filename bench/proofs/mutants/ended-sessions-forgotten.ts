import 'reflect-metadata';
import { StoredEndedSessions } from '../../../libs/sessions/src/stored-ended-sessions.js';

/** Does not check whether a session has ended. */
StoredEndedSessions.prototype.notBefore = () => Promise.resolve(undefined);
