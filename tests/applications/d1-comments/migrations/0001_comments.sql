-- Comments; with some to begin with.
CREATE TABLE IF NOT EXISTS comments (id INTEGER PRIMARY KEY AUTOINCREMENT, author TEXT NOT NULL, content TEXT NOT NULL);
INSERT INTO comments (author, content) VALUES ('Kristian', 'Congrats; well done!'), ('Serena', 'It''s nice'), ('Max', 'Is it fast?'), ('Zoe', 'Yes');
