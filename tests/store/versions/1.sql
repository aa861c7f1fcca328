-- What a database of layout 1 held, as SQLite dumps it.
INSERT OR REPLACE INTO meta (key, value) VALUES ('salt', x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
INSERT INTO member (id, handle, state, version, seen_at) VALUES (1, 'u1', '{"answers":[]}', 1, '2024-06-02T09:00:00.000000+08:00');
INSERT INTO transfer (id, member, situation, created_at) VALUES ('6QJF-VR9D-YEVF', 1, '{"version":1,"from":{"system":"guangdong","committee":null,"province":null,"name":"广东"},"to":{"system":"fujian","committee":null,"province":null,"name":"福建"},"case":null,"role":"member","known_there":null}', '2024-06-01T09:00:00.000000+08:00');
INSERT INTO entry (transfer, number, kind, event, day, target, step, recorded_at, told_by) VALUES ('6QJF-VR9D-YEVF', 1, 'event', 'submitted', '2024-06-01', NULL, NULL, '2024-06-01T09:00:00.000000+08:00', 'member');
INSERT INTO outgoing (id, member, delivery, body, created_at, sent_at) VALUES (1, 1, x'2222222222222222222222222222222222222222222222222222222222222222', '{"kind":"plan"}', '2024-06-01T09:00:00.000000+08:00', '2024-06-01T09:00:00.000000+08:00');
INSERT INTO outgoing (id, member, delivery, body, created_at, sent_at) VALUES (2, 1, NULL, '{"kind":"progress"}', '2024-06-02T09:00:00.000000+08:00', '2024-06-02T09:00:00.000000+08:00');
INSERT INTO miss (id, text_masked, nearest, at) VALUES (1, '报到', 'faq.report', '2024-06-02T09:00:00.000000+08:00');
