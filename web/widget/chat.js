/** Begins the conversation inside the page. */
export function start() {}
