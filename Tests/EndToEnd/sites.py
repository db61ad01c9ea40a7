"""Pages of other sites, with the widget on them. Names under .test lead to this machine in the browser of the tests."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

#: What a page may do to everything on it. The widget has to look as it does elsewhere.
HOSTILE = """
* { all: unset !important; display: none !important; }
html, body, button, p, martlet-chat { display: block !important; visibility: visible !important; }
html { font-size: 40px !important; letter-spacing: 9px !important; text-transform: uppercase !important; }
:root { --accent: red; --text: red; --surface: red; color-scheme: dark; direction: rtl; }
div, section, button, form, textarea, p, header { position: static !important; width: 7px !important;
  color: red !important; background: red !important; border: 9px solid red !important; }
* { box-sizing: content-box !important; font: 60px fantasy !important; line-height: 3 !important;
  opacity: .3 !important; z-index: -1 !important; pointer-events: none !important; margin: 40px !important; }
martlet-chat, [data-martlet] { display: none !important; transform: scale(3) !important; }
"""


@dataclass
class Page:
    head: str = ""
    policy: str = ""
    script: str = ""


class Sites:
    """One small web server for all of them; `url("shop.test", "plain")` is a page's address."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.port = 0
        self._runner: web.AppRunner | None = None

    async def start(self) -> "Sites":
        app = web.Application()
        app.router.add_get("/{name}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    def origin(self, host: str) -> str:
        return f"http://{host}:{self.port}"

    def url(self, host: str, name: str) -> str:
        return f"{self.origin(host)}/{name}"

    def fill(self, chat: str) -> None:
        """Puts the widget of the server at `chat` on every page, as its documentation says."""
        widget = f'<script async src="{chat}/widget.js"></script>'
        sockets = chat.replace("http", "ws", 1)
        self.pages = {
            "plain": Page(script=widget),
            "hostile": Page(head=f"<style>{HOSTILE}</style>", script=widget),
            "strict": Page(
                policy=f"default-src 'none'; img-src data:; script-src {chat}; connect-src {chat} {sockets}; "
                "require-trusted-types-for 'script'; trusted-types 'none'",
                script=widget,
            ),
        }

    def add(self, name: str, chat: str, site: str) -> None:
        """A page with the widget of a site that an admin has added."""
        self.pages[name] = Page(script=f'<script async src="{chat}/widget.js" data-site="{site}"></script>')

    async def _answer(self, request: web.Request) -> web.Response:
        page = self.pages.get(request.match_info["name"])
        if page is None:
            return web.Response(status=204)
        headers = {"Content-Security-Policy": page.policy} if page.policy else {}
        body = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>'
            f'<link rel="icon" href="data:,">{page.head}</head>'
            f'<body><h1>A shop</h1><p id="price">9.99</p><button id="buy">Buy</button>{page.script}</body></html>'
        )
        return web.Response(text=body, content_type="text/html", headers=headers)
