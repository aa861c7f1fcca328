-- A message to be sent is kept as the request that sends it, and goes out as it was written. In the keys, each pair of a
-- quotation mark and a colon ends the name of a field: within a text the mark is escaped.
UPDATE outbox SET body = json_object('send_document', json_object(
    'chat_id', CAST(substr(chat, 10) AS INTEGER), 'name', body ->> 'name', 'text', body ->> 'text'))
WHERE chat LIKE 'telegram:%' AND iif(json_valid(body), body ->> 'letter' = 'file', FALSE);

UPDATE outbox SET body = json_object(
    iif(body ->> 'letter' = 'edit', 'edit_message_text', 'send_message'),
    json_patch(
        json_object(
            'chat_id', CAST(substr(chat, 10) AS INTEGER),
            'text', body ->> 'text',
            'link_preview_options', json('{"is_disabled":true}')),
        json_object(
            'message_id', body ->> 'message',
            'reply_parameters', iif(body ->> 'to' IS NULL, NULL,
                json_object('message_id', body ->> 'to', 'allow_sending_without_reply', json('true'))),
            'reply_markup', iif(body ->> 'keys' = '[]', NULL, json_object('inline_keyboard', json(
                replace(replace(body ->> 'keys', '"label":', '"text":'), '"data":', '"callback_data":')))))))
WHERE chat LIKE 'telegram:%' AND iif(json_valid(body), body ->> 'letter' IN ('text', 'edit'), FALSE);
