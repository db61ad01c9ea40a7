"""Compiles the Swift code of the documentation: usage: code.py SYMBOL-GRAPH... -- COMPILER-OPTION...

Each block marked `swift` in the README, in an article or in a documentation comment becomes the body of a function of
its own, beside which `io`, `chat`, `socket` and the other names of CONTEXT exist, and is type-checked against the modules
that were built. A block that imports must import all it needs. An error names the line of the document. Manifests are
left out here: `make readme-check` builds with the README's. The sources in Examples are type-checked too.
"""

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

#: What a block may use without saying where it comes from.
CONTEXT = {
    "io": "SocketIOServer",
    "chat": "Namespace",
    "socket": "Socket",
    "event": "Event",
    "logger": "Logger",
    "router": "Router<BasicRequestContext>",
    "application": "any Service",
    "eventLoopGroup": "any EventLoopGroup",
}
#: What a block without imports of its own may use.
IMPORTS = ["EngineIO", "Hummingbird", "Logging", "NIOCore", "ServiceLifecycle", "SocketIO", "SocketIOHummingbird"]
MANIFEST = "// swift-tools-version"


@dataclass
class Block:
    file: str
    line: int
    text: list[str]

    def compiled(self, number: int) -> str:
        imports = [line.split()[1] for line in self.text if line.startswith("import ")] or IMPORTS
        # A blank line in place of an import keeps the numbers of the lines.
        body = ["" if line.startswith("import ") else line for line in self.text]
        return "\n".join(
            [f"import {name}" for name in imports]
            + [f"func block{number}() async throws {{"]
            + [f'#sourceLocation(file: "{self.file}", line: {self.line})']
            + body
            + ["#sourceLocation()", "}", ""]
        )


def blocks(file: str, lines: list[str], first_line: int = 1) -> list[Block]:
    found: list[Block] = []
    inside: Block | None = None
    for number, line in enumerate(lines, first_line):
        if inside is None and re.fullmatch(r"\s*```swift\s*", line):
            inside = Block(file, number + 1, [])
        elif inside is not None and line.strip() == "```":
            found.append(inside)
            inside = None
        elif inside is not None:
            inside.text.append(line)
    assert inside is None, f"{file}:{inside.line}: a block without an end"
    return [block for block in found if not block.text[0].startswith(MANIFEST)]


def blocks_of_comments(graph: dict) -> list[Block]:
    found = []
    for symbol in graph["symbols"]:
        if "docComment" in symbol and "location" in symbol:
            lines = symbol["docComment"]["lines"]
            start = lines[0].get("range", {}).get("start", {}).get("line", 0) + 1
            file = unquote(urlparse(symbol["location"]["uri"]).path)
            found += blocks(file, [line["text"] for line in lines], start)
    return found


def type_check(name: str, files: list[str], options: list[str]) -> bool:
    command = ["swiftc", "-typecheck", "-swift-version", "6", "-module-name", name, *options, *files]
    return subprocess.run(command, check=False).returncode == 0


def main() -> int:
    separator = sys.argv.index("--")
    graphs, options = sys.argv[1:separator], sys.argv[separator + 1 :]
    documents = [Path("README.md"), *sorted(Path("Sources").glob("*/*.docc/**/*.md"))]
    found = [block for file in documents for block in blocks(str(file), file.read_text().splitlines())]
    found += [block for name in graphs for block in blocks_of_comments(json.loads(Path(name).read_text()))]
    with tempfile.TemporaryDirectory() as scratch:
        context = Path(scratch) / "context.swift"
        context.write_text(
            "\n".join(
                [f"import {name}" for name in IMPORTS]
                + [f"var {name}: {kind} {{ fatalError() }}" for name, kind in CONTEXT.items()]
            )
        )
        files = [str(context)]
        for number, block in enumerate(found):
            path = Path(scratch) / f"block{number}.swift"
            path.write_text(block.compiled(number))
            files.append(str(path))
        passed = type_check("DocumentationCode", files, ["-suppress-warnings", *options])
    examples = sorted(Path("Examples").glob("*/Sources/*"))
    for example in examples:
        sources = [str(file) for file in sorted(example.rglob("*.swift"))]
        passed = type_check(f"Example_{example.name.replace('-', '_')}", sources, options) and passed
    print(f"code: {len(found)} blocks and {len(examples)} examples, {'fine' if passed else 'see above'}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
