/** What goes into a site's pages. `origin` is this server's. */
export function snippetOf(siteId, origin) {
  return `<script async src="${origin}/widget.js" data-site="${siteId}"></script>`;
}

/** What a site with a Content-Security-Policy adds to it. */
export function policyOf(origin) {
  return `script-src ${origin}; connect-src ${origin} ${origin.replace(/^http/, 'ws')}`;
}
