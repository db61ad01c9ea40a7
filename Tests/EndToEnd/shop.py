"""A page of another site, with the widget on it, as a shop would have it."""

from __future__ import annotations

from aiohttp import web

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Lindgren Books</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<meta name="color-scheme" content="light dark"><style>
body {{ margin: 0; font: 16px/1.6 Georgia, "Liberation Serif", serif; background: light-dark(#fbf8f2, #17191c);
  color: light-dark(#26221c, #e8e4dc); }}
main, header {{ max-width: 62rem; margin: auto; padding: 1.5rem; }}
header {{ display: flex; flex-wrap: wrap; gap: 0 1.5rem; border-bottom: 1px solid light-dark(#ddd5c5, #34383d); }}
header b {{ margin-inline-end: auto; font-size: 1.375rem; }}
h1 {{ font-size: clamp(1.75rem, 5vw, 2.75rem); line-height: 1.15; max-width: 24ch; font-weight: 500; }}
ul {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1.5rem; padding: 0; list-style: none; }}
li i {{ display: block; aspect-ratio: 2 / 3; border-radius: 4px; margin-bottom: .5rem; box-shadow: 0 8px 20px #0003; }}
</style></head><body>
<header><b>Lindgren Books</b><span>New</span><span>Children</span><span>Crime</span><span>Basket</span></header>
<main><h1>Books for long evenings, sent from Stockholm</h1><p>Chosen by people who read them.</p><ul>{books}</ul></main>
<script async src="{chat}/widget.js" data-site="default"></script></body></html>"""

BOOKS = {
    "Pippi Longstocking": "#b8453a",
    "The Summer Book": "#3f6f73",
    "Gaudy Night": "#33405e",
    "Comet in Moominland": "#c08a2e",
    "Kallocain": "#5b4b6e",
}


class Shop:
    """A small web server; `chat` is Martlet's address, to be set before a page is asked for."""

    chat = ""
    port = 0

    async def start(self) -> "Shop":
        app = web.Application()
        app.router.add_get("/", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    @property
    def url(self) -> str:
        # Another name than the server's: another origin and another site.
        return f"http://localhost:{self.port}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _answer(self, _: web.Request) -> web.Response:
        books = "".join(f'<li><i style="background:{color}"></i>{title}</li>' for title, color in BOOKS.items())
        return web.Response(text=PAGE.format(chat=self.chat, books=books), content_type="text/html")
