#!/usr/bin/env python3
"""Write the translations of po/ as C: for each language its texts by key, sorted (src/base/catalogue.c reads them).

usage: catalogue.py DEPFILE OUTPUT PO_FOLDER

<room>.fr.po, <room>.en.po and those of further languages are gettext files. A key is msgid, behind msgctxt and the byte 4 where there is a context. Entries without
text and fuzzy ones are left out. The program starts without reading any of it.
"""
import glob, os, re, sys

from embed import literal

QUOTED = r'((?:"(?:[^"\\\n]|\\.)*"\s*)+)'
MESSAGE = re.compile(r"(#, fuzzy\n(?:#.*\n)*)?(?:msgctxt " + QUOTED + ")?msgid " + QUOTED + "msgstr " + QUOTED)
ESCAPES = {"n": "\n", "t": "\t"}


def unquoted(lines):
    text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', lines))
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found.group(1), found.group(1)), text)


def entries(path):
    """(key, text) of each message."""
    with open(path, encoding="utf-8") as file:
        for fuzzy, context, key, text in MESSAGE.findall(file.read()):
            key, text = unquoted(key), unquoted(text)
            if key and text and not fuzzy:
                yield (unquoted(context) + "\4" if context else "") + key, text


def main(depfile, output, folder):
    read, found = [], {path.split(".")[-2] for path in glob.glob(os.path.join(folder, "*.po"))}
    languages = ["fr", "en"] + sorted(found - {"fr", "en"})
    with open(output, "w") as out:
        out.write('#include "base/catalogue_texts.h"\n\n#include "base/arena.h"\n\n')
        for language in languages:
            texts = {}
            for path in sorted(glob.glob(os.path.join(folder, "*.%s.po" % language))):
                read.append(path)
                texts.update((key.encode(), text.encode()) for key, text in entries(path))
            keys, data, offsets = sorted(texts), b"", []
            for key in keys:
                offsets.append(len(data))
                data += key + b"\0" + texts[key] + b"\0"
            out.write("static const char %s[] =\n%s;\n" % (language, literal(data)))
            out.write("static const uint32_t %s_keys[] = {\n" % language)
            for at in range(0, len(offsets), 16):
                out.write("    %s,\n" % ", ".join(map(str, offsets[at:at + 16])))
            out.write("};\n")
        out.write("const struct catalogue_texts catalogue_languages[] = {\n")
        for language in languages:
            out.write('    {"%s", %s, %s_keys, COUNT_OF(%s_keys)},\n' % ((language,) * 4))
        out.write("    {.language = NULL},\n};\n")
    with open(depfile, "w") as deps:
        deps.write("%s: %s\n" % (output, " ".join(path.replace(" ", "\\ ") for path in [folder] + read)))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
