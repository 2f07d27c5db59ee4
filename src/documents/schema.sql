-- version: 1
CREATE TABLE document ( -- proofs and letters, kept as they were given
    id INTEGER PRIMARY KEY NOT NULL, -- made by the program [internal]
    hash TEXT NOT NULL UNIQUE, -- BLAKE2b-256 of the bytes, hexadecimal: the same file is kept once [internal]
    media_type TEXT NOT NULL, -- found from the bytes, not from the name [internal]
    size INTEGER NOT NULL, -- bytes [internal]
    bytes BLOB NOT NULL, -- [internal]
    instant INTEGER NOT NULL -- when it was given, UTC milliseconds [internal]
) STRICT;
