-- What a database of layout 3 held, as SQLite dumps it.
INSERT INTO miss (id, text_masked, nearest, at) VALUES (1, '报到', 'faq.status', '2024-06-02T09:12:34.567891+08:00');
INSERT INTO miss (id, text_masked, nearest, at) VALUES (2, '… 天气 怎么样', 'faq.status', '2024-06-01T09:12:34.567891+08:00');
INSERT INTO miss (id, text_masked, nearest, at) VALUES (3, '报到', 'faq.status', '2024-06-02T21:00:00.123456+08:00');
INSERT INTO miss (id, text_masked, nearest, at) VALUES (4, '报到', 'faq.status', '2024-06-03T21:00:00.123456+08:00');
