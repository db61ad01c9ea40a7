"""Names every public symbol of some symbol graphs that has no documentation comment; exit status 1 if there is one.

What the compiler makes (memberwise cases of RawRepresentable, say) has no place in a file and is left out, and so are
extension blocks: their members are symbols of their own.
"""

import json
import sys
from pathlib import Path
from urllib.parse import unquote, urlparse


def undocumented(graph: dict) -> list[str]:
    found = []
    for symbol in graph["symbols"]:
        if symbol["kind"]["identifier"] == "swift.extension" or "location" not in symbol:
            continue
        comment = "".join(line["text"] for line in symbol.get("docComment", {}).get("lines", []))
        if not comment.strip():
            place = symbol["location"]
            file = Path(unquote(urlparse(place["uri"]).path))
            line = place["position"]["line"] + 1
            found.append(f"{file}:{line}: {'.'.join(symbol['pathComponents'])} has no documentation comment")
    return found


def main() -> int:
    graphs = [json.loads(Path(name).read_text()) for name in sys.argv[1:]]
    lines = sorted(line for graph in graphs for line in undocumented(graph))
    print("\n".join(lines), end="\n" if lines else "")
    print(f"documentation comments: {sum(len(graph['symbols']) for graph in graphs)} symbols, {len(lines)} without")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
