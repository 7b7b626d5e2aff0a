#!/usr/bin/env python3
"""Writes docs/compatibility.md from two runs of the Web Platform Tests: Skep's and workerd's.

    python3 build/compatibility.py results-skep.json baseline-workerd.json.gz

Both files are what the conformance harness (wpt.py) writes. A reason below explains the failures of every file whose
path it matches; the first match counts, and a file that none matches is listed without one.
"""
import gzip
import json
import re
import sys
from collections import Counter
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "compatibility.md"
TENTATIVE = "tentative"

NOT_IN_WORKERS = "Workers do not have it"
REASONS = [(re.compile(pattern), reason) for pattern, reason in [
    (r"^service-workers/", "Workers' Cache API has no `add`, `keys` and `matchAll`, and wants responses that say how long they are fresh"),
    (r"cache", "`fetch` keeps no HTTP cache of its own yet"),
    (r"^FileAPI/.*([Ff]ile[Rr]eader|Determining-Encoding|Worker-read-file)|^webmessaging/Channel_postMessage_Blob", f"`FileReader`: {NOT_IN_WORKERS}"),
    (r"^FileAPI/idlharness", f"`FileReader`, `FileList`: {NOT_IN_WORKERS}"),
    (r"^FileAPI/url/|scheme-blob", f"blob: URLs: {NOT_IN_WORKERS}"),
    (r"BroadcastChannel|broadcastchannel|MessageEvent-trusted", f"`BroadcastChannel`: {NOT_IN_WORKERS}"),
    (r"^wasm/jsapi/", "WebAssembly is compiled before a Worker is deployed; Workers refuse to compile bytes at run time"),
    (r"^mimesniff/", "the test wants `Blob.type` parsed as a MIME type; the File API only lower-cases it, and so do Workers"),
    (r"webtiming-resolution|po-entries-sort", "the clock stands still between I/O, so a loop that waits for it does not end"),
    (r"droppedentriescount", "no resource entries are recorded, of which the test wants some dropped"),
    (r"owning-type", "`type: 'owning'` is no part of the standard"),
    (r"referrer|origin|cookies|no-cors|same-origin|forbidden|request-headers\.any|credentials|redirect-(mode|location|empty|back|method)|accept-header|setcookie|request/request-error",
     "a browser's duty towards pages (CORS filtering, referrer, Origin, cookies, forbidden headers), which a server does not have"),
    (r"integrity", "the WPT server's certificate is not trusted"),
    (r"WebCryptoAPI/historical", "the test wants Web Crypto hidden outside secure contexts; a Worker is always in one"),
    (r"navigator\.any", "of `navigator`, Workers have a part only"),
    (r"idlharness|global-object-implicit-this|global-immutable", "members of the global object are its own properties in Workers, not accessors of `WorkerGlobalScope`"),
    (r"structured-clone/", "`SharedArrayBuffer` cannot leave its isolate; streams are not transferable"),
    (r"case-sensitivity", "no resource entries are recorded"),
    (r"performance-measure-invalid", "the navigation timing names are reserved in pages only"),
    (r"evil-spec-example", "a string is not a timer's handler: Workers do not evaluate text"),
    (r"header-value-combining|header-value-null-byte|headers-case|request-upload|conditional-get", "the HTTP client's: what it makes of unusual responses, or how it writes requests"),
    (r"compression-output-length", "flushed for every chunk, so that what was written can be read at once"),
    (r"consume-empty", "the test wants an empty form without its closing boundary, the standard has one"),
    (r"historical", "`Headers.prototype.getAll` is Workers' own"),
    (r"error-after-response", "not yet: a broken answer is noticed by the next read, not by `reader.closed` alone"),
    (r"content-type/response", "header values are joined without a space inside an open quotation"),
    (r"request-disturbed", "a body that `init.body` replaces stays readable; and a relative URL has no base in a worker"),
    (r"request-init-stream", "`duplex` need not be given for a stream body"),
    (r"websockets/Create-non-absolute", "a Worker has no URL of its own that another could be relative to"),
    (r"websockets/Close-2999", "`close()` takes the codes below 3000 that Workers take"),
    (r"abort/general", "reading an aborted body twice: Workers' error for a used body comes first"),
    (r"\.tentative\.|/tentative/", "no standard yet"),
]]


def load(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as file:
        return json.load(file)


def statuses(file):
    """{subtest: status}; a name that occurs again gets a number, so that none is lost."""
    seen, named = Counter(), {}
    for name, status, *_ in file["tests"] if file else ():
        seen[name] += 1
        named[name if seen[name] == 1 else f"{name} (#{seen[name]})"] = status
    return named


def passed(named):
    return sum(status == "PASS" for status in named.values())


def reason(path):
    return next((why for pattern, why in REASONS if pattern.search(path)), "")


def number(value):
    return f"{value:,}"


def folder_rows(skep, workerd):
    folders, order = {}, []
    for key, file in skep["files"].items():
        name = TENTATIVE if file["tentative"] else file["directory"]
        if name not in folders:
            folders[name] = Counter()
            order.append(name)
        ours, theirs = statuses(file), statuses(workerd["files"].get(key))
        folders[name].update(files=1, skep=passed(ours), workerd=passed(theirs), all=len({**ours, **theirs}))
    total = Counter()
    for name in sorted(order, key=lambda each: (each == TENTATIVE, each.lower())):
        if name == TENTATIVE:
            yield "**All standards**", total
        else:
            total.update(folders[name])
        yield name, folders[name]
    if TENTATIVE not in folders:
        yield "**All standards**", total


def failing_rows(skep):
    for key, file in sorted(skep["files"].items()):
        named = statuses(file)
        failing = len(named) - passed(named)
        if not failing and file["status"] == "OK":
            continue
        state = "" if file["status"] == "OK" else f" ({file['status'].lower()})"
        yield f"| {key}{state} | {failing} of {len(named)} | {reason(key)} |"


def page(skep, workerd):
    lines = [
        "# Compatibility with the web platform",
        "",
        "Generated by `build/compatibility.py` from runs of the "
        f"[Web Platform Tests](https://web-platform-tests.org), commit {skep['wpt'][:12]}; do not edit.",
        "",
        f"Skep: {skep['version']}, {skep['date']}. Beside it {workerd['version']}, with every flag that its own run of these tests sets.",
        "A subtest counts when either runtime reported it. Tests of what is no standard yet are counted apart.",
        "",
        "The tests of libraries are in [compatibility-libraries.md](compatibility-libraries.md), those of Node.js' modules in [compatibility-node.md](compatibility-node.md), what the Workers types declare in [compatibility-types.md](compatibility-types.md), the flags in [compatibility-flags.md](compatibility-flags.md).",
        "",
        "| Folder | Files | Skep passes | workerd passes | Subtests |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, counts in folder_rows(skep, workerd):
        lines.append(f"| {name} | {number(counts['files'])} | {number(counts['skep'])} | {number(counts['workerd'])} | {number(counts['all'])} |")
    lines += ["", "## What fails, and why", "", "| File | Failing | Why |", "| --- | ---: | --- |", *failing_rows(skep)]
    return "\n".join(lines) + "\n"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    PAGE.write_text(page(*map(load, sys.argv[1:])), "utf-8")


main()
