/** What agents' pages keep in the browser: drafts in this tab, unsent messages. */
import { openStorage } from './storage.js';

export const AGENT_PREFIX = 'martlet.agent.';

/** Removes what agents' pages keep: drafts in this tab, unsent messages in this browser. */
export function forgetAgent(storages = [openStorage('sessionStorage'), openStorage('localStorage')]) {
  for (const storage of storages) {
    for (const key of Object.keys(storage)) if (key.startsWith(AGENT_PREFIX)) storage.removeItem(key);
  }
}
