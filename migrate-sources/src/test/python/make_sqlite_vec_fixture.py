"""Makes a small database with tables of sqlite-vec, which SQLite itself does not know.

    pip install -r requirements-sqlite-vec.txt
    python make_sqlite_vec_fixture.py ../resources/sqlite/sqlite-vec.db
"""

import sys
from pathlib import Path

import apsw
import sqlite_vec

file = Path(sys.argv[1])
file.unlink(missing_ok=True)
connection = apsw.Connection(str(file))
connection.enable_load_extension(True)
connection.load_extension(sqlite_vec.loadable_path())
connection.execute(
    """
    PRAGMA page_size = 512;
    CREATE VIRTUAL TABLE vec_items USING vec0(
      id INTEGER PRIMARY KEY, embedding float[4], +note TEXT, kind TEXT, n INTEGER,
      chunk_size = 8);
    INSERT INTO vec_items VALUES (1, '[1, 2, 3, 4]', 'x', 'a text of more than twelve', 3);
    CREATE TABLE vec_items_notes (id INTEGER PRIMARY KEY, note TEXT);
    INSERT INTO vec_items_notes VALUES (1, 'an ordinary table');
    """
)
connection.close()
