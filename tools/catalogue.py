#!/usr/bin/env python3
"""Write the translations of po/ as C: for each language a table of sentences and one of names (src/base/catalogue_texts.h).

usage: catalogue.py DEPFILE OUTPUT PO_FOLDER

<room>.fr.po, <room>.en.po and those of further languages are gettext files: names have the msgctxt "name", sentences none.
Entries without text and fuzzy ones are left out; a text that stands twice ends the build, for only one of the two would be shown.
The program starts without reading any of it.
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
    """(table, key, text) of each message."""
    with open(path, encoding="utf-8") as file:
        for fuzzy, context, key, text in MESSAGE.findall(file.read()):
            if unquoted(key) and unquoted(text) and not fuzzy:
                yield "names" if context else "sentences", unquoted(key).encode(), unquoted(text).encode()


def hash_of(key):
    value = 2166136261
    for byte in key:
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def write_table(out, name, texts):
    """Returns the initialiser of its struct."""
    count = 1 << (2 * len(texts)).bit_length()
    slots, data = [0] * count, b"\0" # no key begins at 0
    for key in sorted(texts):
        slot = hash_of(key) & count - 1
        while slots[slot]:
            slot = slot + 1 & count - 1
        slots[slot] = len(data)
        data += key + b"\0" + texts[key] + b"\0"
    out.write("static const char %s[] =\n%s;\nstatic const uint32_t %s_slots[] = {\n" % (name, literal(data), name))
    for at in range(0, count, 16):
        out.write("    %s,\n" % ", ".join(map(str, slots[at:at + 16])))
    out.write("};\n")
    return "{%s, %s_slots, %d}" % (name, name, count - 1)


def main(depfile, output, folder):
    read, found = [], {path.split(".")[-2] for path in glob.glob(os.path.join(folder, "*.po"))}
    languages = ["fr", "en"] + sorted(found - {"fr", "en"})
    with open(output, "w") as out:
        out.write('#include "base/catalogue_texts.h"\n\n')
        rows = []
        for language in languages:
            texts = {"sentences": {}, "names": {}}
            for path in sorted(glob.glob(os.path.join(folder, "*.%s.po" % language))):
                read.append(path)
                for table, key, text in entries(path):
                    if key in texts[table]:
                        sys.exit("%s: %s stands in another file already" % (path, key.decode()))
                    texts[table][key] = text
            tables = [write_table(out, "%s_%s" % (language, table), texts[table]) for table in ("sentences", "names")]
            rows.append('    {"%s", %s},\n' % (language, ", ".join(tables)))
        out.write("const struct catalogue_texts catalogue_languages[] = {\n%s    {.language = 0},\n};\n" % "".join(rows))
    with open(depfile, "w") as deps:
        deps.write("%s: %s\n" % (output, " ".join(path.replace(" ", "\\ ") for path in [folder] + read)))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
