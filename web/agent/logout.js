/** Drafts and unsent messages go with the session: the next person here is somebody else. */
import { forgetAgent } from '../shared/agent-storage.js';

document.getElementById('logout').addEventListener('submit', () => forgetAgent());
