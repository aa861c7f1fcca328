INSERT INTO outbox (chat, body, created_at) VALUES
    ('telegram:42', '{"letter":"text","text":"说 \"label\": 吗？\n第二行","keys":[[{"label":"\"data\": 1","data":"o:1:x"},{"label":"看步骤","data":"o:1:y"}],[{"label":"私聊","url":"https://t.me/some_bot"}]],"to":7}', '2024-06-01T09:00:00+08:00'),
    ('telegram:-100', '{"letter":"text","text":"好的","keys":[],"to":null}', '2024-06-01T09:00:00+08:00'),
    ('telegram:42', '{"letter":"edit","message":9,"text":"1. ✓ 发起","keys":[[{"label":"1","data":"t:1"}]]}', '2024-06-01T09:00:00+08:00'),
    ('telegram:42', '{"letter":"file","name":"zhuanjie.ics","text":"BEGIN:VCALENDAR\r\n"}', '2024-06-01T09:00:00+08:00'),
    ('telegram:42', 'no JSON', '2024-06-01T09:00:00+08:00');
