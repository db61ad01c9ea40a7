// What other sites' pages load. The rest comes when it is needed.
const BASE = new URL(__WIDGET_PATH__, document.currentScript.src);

const load = () => import(new URL('chat.js', BASE));
void load;
