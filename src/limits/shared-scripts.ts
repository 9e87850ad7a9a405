import { type RedisScript, redisScript } from '../store/redis.ts';

/*
 * Allowances in Redis. All keys of a project share the slot of its id. An allowance by the minute is a hash of
 * `l` (grains in use) and `t` (their time, ms); concurrent requests are a sorted set of leases by the time at
 * which they end. Keys outlive their content by a minute, so that clocks may differ. `now` is the caller's clock: between machines whose clocks differ, the one that is ahead counts.
 * The index is a sorted set of the allowances used last, for the status page.
 */

const LEVEL = `
local function level(key, kind, limit, now)
  if kind == 'c' then
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
    return redis.call('ZCARD', key), now
  end
  local state = redis.call('HMGET', key, 'l', 't')
  local used = tonumber(state[1] or 0)
  local at = tonumber(state[2] or now)
  if now > at then
    used = math.max(0, used - limit * (now - at))
    at = now
  end
  return used, at
end
local function put(key, limit, used, at)
  redis.call('HSET', key, 'l', string.format('%.0f', used), 't', string.format('%.0f', at))
  redis.call('PEXPIRE', key, string.format('%.0f', math.ceil(used / limit) + 60000))
end
`;

/**
 * KEYS: index, then one key a demand. ARGV: now, lease, end of the lease, then kind, limit and cost (grains or 1)
 * a demand. Answers 1 or 0 for taken or not, then what is in use of each.
 */
export const ADMIT: RedisScript = redisScript(`${LEVEL}
local now, lease, ends = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local used, at, taken = {}, {}, 1
for i = 2, #KEYS do
  local a = 4 + (i - 2) * 3
  local kind, limit, cost = ARGV[a], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2])
  used[i], at[i] = level(KEYS[i], kind, limit, now)
  local most = limit
  if kind == 'b' then most = limit * 60000 end
  if used[i] + cost > most then taken = 0 end
end
local answer = {taken}
for i = 2, #KEYS do
  local a = 4 + (i - 2) * 3
  local kind, limit, cost = ARGV[a], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2])
  if taken == 1 then
    used[i] = used[i] + cost
    if kind == 'c' then
      redis.call('ZADD', KEYS[i], ends, lease)
      redis.call('PEXPIRE', KEYS[i], string.format('%.0f', ends - now + 60000))
    else
      put(KEYS[i], limit, used[i], at[i])
    end
    redis.call('ZADD', KEYS[1], now, KEYS[i])
  end
  answer[#answer + 1] = used[i]
end
if taken == 1 then
  redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1001)
  redis.call('PEXPIRE', KEYS[1], 3600000)
end
return answer
`);

/** KEYS: one a demand. ARGV: now, lease, then kind, limit and correction in grains a demand. */
export const GIVE_BACK: RedisScript = redisScript(`${LEVEL}
local now, lease = tonumber(ARGV[1]), ARGV[2]
for i = 1, #KEYS do
  local a = 3 + (i - 1) * 3
  local kind, limit, by = ARGV[a], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2])
  if kind == 'c' then
    redis.call('ZREM', KEYS[i], lease)
  else
    local used, at = level(KEYS[i], kind, limit, now)
    put(KEYS[i], limit, math.max(0, used + by), at)
  end
end
return 1
`);

/** KEYS: one a lease. ARGV: now, new end, then the leases. A call that is still under way keeps its place. */
export const RENEW: RedisScript = redisScript(`
for i = 1, #KEYS do
  redis.call('ZADD', KEYS[i], ARGV[2], ARGV[2 + i])
  redis.call('PEXPIRE', KEYS[i], string.format('%.0f', tonumber(ARGV[2]) - tonumber(ARGV[1]) + 60000))
end
return 1
`);

/** KEYS: index. ARGV: how many. The keys of the allowances used last. */
export const LATEST: RedisScript = redisScript(
  `return redis.call('ZREVRANGE', KEYS[1], 0, tonumber(ARGV[1]) - 1)`,
);

/** KEYS: one an allowance. ARGV: now, then kind and limit of each. Answers what is in use of each. */
export const LOOK: RedisScript = redisScript(`${LEVEL}
local answer = {}
for i = 1, #KEYS do
  answer[i] = level(KEYS[i], ARGV[2 * i], tonumber(ARGV[2 * i + 1]), tonumber(ARGV[1]))
end
return answer
`);
