-- Everything that the rehearsal network remembers. Times are seconds since 1970, UTC.
CREATE TABLE IF NOT EXISTS pages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    handle TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    token_sha256 TEXT NOT NULL,      -- '' = signed out for good
    followers INTEGER NOT NULL,
    at REAL NOT NULL
);

-- What pages and people wrote. author '' = the page itself, else the person's name.
CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    page INTEGER NOT NULL REFERENCES pages,
    author TEXT NOT NULL,
    scripted INTEGER NOT NULL DEFAULT 0,
    root INTEGER REFERENCES entries,  -- the post on top; NULL = this is one
    parent INTEGER REFERENCES entries,
    key TEXT,                         -- the sender's own; NULL = none
    copy INTEGER NOT NULL DEFAULT 0,  -- counts equal keys where the server is told to ignore them
    text TEXT NOT NULL,
    language TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    at REAL NOT NULL,
    edited REAL,
    hidden REAL,
    deleted REAL,
    UNIQUE (page, key, copy)
);
CREATE INDEX IF NOT EXISTS entries_thread ON entries (root, id);
CREATE INDEX IF NOT EXISTS entries_page ON entries (page, root, id);

CREATE TABLE IF NOT EXISTS pictures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    page INTEGER NOT NULL REFERENCES pages,
    entry INTEGER REFERENCES entries,
    place INTEGER NOT NULL DEFAULT 0,
    mime TEXT NOT NULL,
    alt TEXT NOT NULL DEFAULT '',
    content BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS pictures_entry ON pictures (entry, place);

-- What happened to people's entries, in the order in which pages read it.
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    page INTEGER NOT NULL REFERENCES pages,
    entry INTEGER NOT NULL REFERENCES entries,
    kind TEXT NOT NULL CHECK (kind IN ('written', 'edited', 'deleted')),
    text TEXT NOT NULL,
    version INTEGER NOT NULL,
    at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS events_page ON events (page, seq);

-- What people of the script are going to do.
CREATE TABLE IF NOT EXISTS plans (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    due REAL NOT NULL,
    act TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS plans_due ON plans (due);
