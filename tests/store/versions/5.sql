INSERT INTO member (id, handle, state, version, seen_at) VALUES (1, 'telegram:42', '{}', 1, '2024-05-20T09:00:00.000000+08:00');
INSERT INTO transfer (id, member, situation, created_at, reminding) VALUES
    ('6QJF-VR9D-YEVF', 1, '{}', '2024-05-20T09:00:00.000000+08:00', 'on');
INSERT INTO reminder (transfer, deadline, due, at) VALUES
    ('6QJF-VR9D-YEVF', 'report', '2024-05-23', '2024-05-20T09:00:00.000000+08:00'),
    ('6QJF-VR9D-YEVF', 'report', '2024-05-23', '2024-05-22T09:00:00.000000+08:00'),
    ('6QJF-VR9D-YEVF', 'approve', '2024-05-23', '2024-05-23T09:00:00.000000+08:00');
