-- What became of a channel's messages, for its row in the list.

create index outbox_channel on outbox (channel_id, created_at desc);
