#!/usr/bin/env python3
"""Write the table of embedded files (src/base/embed.h) as C to standard output.

usage: embed.py DEPFILE OUTPUT ROOT PATTERN...   patterns are globs below ROOT; src/ is cut from the names
"""
import glob, os, sys


def literal(data):
    """C string literal in chunks: far quicker to compile than a list of numbers."""
    plain = {9: "\\t", 10: "\\n", 13: "\\r", 34: '\\"', 92: "\\\\", 63: "\\?"}
    lines = []
    for at in range(0, max(len(data), 1), 96):
        lines.append('    "' + "".join(plain.get(b) or (chr(b) if 32 <= b < 127 else "\\%03o" % b) for b in data[at:at + 96]) + '"')
    return "\n".join(lines)


def main(depfile, output, root, patterns):
    found = {}
    for pattern in patterns:
        for path in glob.glob(os.path.join(root, pattern), recursive=True):
            if os.path.isfile(path):
                name = os.path.relpath(path, root)
                found[name[4:] if name.startswith("src/") else name] = path
    names = sorted(found, key=lambda name: name.encode())
    with open(output, "w") as out:
        out.write('#include "base/embed.h"\n')
        for i, name in enumerate(names):
            with open(found[name], "rb") as file:
                out.write("static const char file_%d[] =\n%s;\n" % (i, literal(file.read())))
        out.write("const struct embedded embedded_files[] = {\n")
        for i, name in enumerate(names):
            out.write('    {"%s", file_%d, sizeof file_%d - 1},\n' % (name, i, i))
        out.write("};\nconst size_t embedded_file_count = sizeof embedded_files / sizeof embedded_files[0];\n")
    folders = {os.path.dirname(path) for path in found.values()}
    folders |= {os.path.dirname(folder) for folder in folders}  # a new file, or a new room, changes the time of its folder
    with open(depfile, "w") as deps:
        deps.write("%s: %s\n" % (output, " ".join(path.replace(" ", "\\ ") for path in sorted(folders) + [found[name] for name in names])))


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
