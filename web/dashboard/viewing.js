/** Tells the colleagues what this agent does with the shown conversation: when it changes, and every 15 s. */
const BEAT = 15000;

/** `send(ticketId, state)`. Use `update(ticketId | null, state)` as often as you like. */
export function keepTelling(send) {
  let shown = null;
  let told = 'none';
  let timer;

  function tell(state) {
    told = state;
    send(shown, state);
  }

  return {
    update(ticketId, state) {
      if (shown && shown !== ticketId && told !== 'none') tell('none');
      if (shown !== ticketId) told = 'none';
      shown = ticketId;
      if (shown && state !== told) tell(state);
      clearInterval(timer);
      if (shown && told !== 'none') timer = setInterval(() => tell(told), BEAT);
    },
    /** After a new connection, nobody knows any more. */
    repeat() {
      if (shown && told !== 'none') tell(told);
    },
  };
}
