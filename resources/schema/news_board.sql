-- 同事动态板：经过连接池连接时，服务器的通知到不了各个窗口，谁正在哪里编辑要从这里查看。由数据库管理员（超级用户）执行，每个数据库一次。
-- A board of news for those who connect through a pooler, where notifications of the server do not arrive: who edits
-- where is looked up here. Run by a superuser, once in each database.
--
--     psql -d 数据库 -v ON_ERROR_STOP=1 -f news_board.sql
--
-- 可以重复执行。不再需要时：DROP SCHEMA gridmgmt_news CASCADE;
-- It may be run again and again; to be rid of it: DROP SCHEMA gridmgmt_news CASCADE;

BEGIN;
-- Nothing that somebody else made is called by its plain name.
SET LOCAL search_path = pg_catalog, pg_temp;

DO $mine$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_namespace n JOIN pg_roles o ON o.oid = n.nspowner
        WHERE n.nspname = 'gridmgmt_news' AND NOT o.rolsuper AND o.rolname <> current_user) THEN
        RAISE EXCEPTION '模式 gridmgmt_news 已由别人建立 / the schema gridmgmt_news belongs to somebody else';
    END IF;
    IF to_regclass('gridmgmt_news.workspace_info') IS NOT NULL THEN
        RAISE EXCEPTION '模式 gridmgmt_news 中是一个网格库 / the schema gridmgmt_news holds a workspace';
    END IF;
END
$mine$;

CREATE SCHEMA IF NOT EXISTS gridmgmt_news;
REVOKE ALL ON SCHEMA gridmgmt_news FROM PUBLIC;
GRANT USAGE ON SCHEMA gridmgmt_news TO PUBLIC;

-- 每个窗口每类动态只留最近一条。不写预写日志，不进备用服务器，服务器崩溃后为空
-- One entry of each kind for each program. It is not in the write-ahead log nor on a standby, and empty after a crash
CREATE UNLOGGED TABLE IF NOT EXISTS gridmgmt_news.entry (
    login text, channel text, sender text, kind text, content text NOT NULL, at timestamptz NOT NULL,
    PRIMARY KEY (channel, login, sender, kind)
);
REVOKE ALL ON TABLE gridmgmt_news.entry FROM PUBLIC;

-- 写一条：盖过自己这一类的上一条，并清掉一分钟以前的。长度与服务器的通知一样受限
-- Tell: it takes the place of the same program's last one of the kind; what is older than a minute goes. No longer than
-- a notification of the server may be
CREATE OR REPLACE FUNCTION gridmgmt_news.tell(_channel text, _sender text, _kind text, _content text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $tell$
BEGIN
    IF octet_length(_content) >= 8000 OR octet_length(_channel || _sender || _kind) > 200 THEN
        RAISE EXCEPTION '动态过长 / too long for the board';
    END IF;
    INSERT INTO gridmgmt_news.entry AS known VALUES (session_user, _channel, _sender, _kind, _content, clock_timestamp())
        ON CONFLICT (channel, login, sender, kind) DO UPDATE SET content = excluded.content, at = excluded.at;
    -- Nobody waits for anybody else who does the same.
    DELETE FROM gridmgmt_news.entry WHERE ctid IN (SELECT ctid FROM gridmgmt_news.entry
        WHERE at < clock_timestamp() - interval '1 minute' FOR UPDATE SKIP LOCKED);
END
$tell$;

-- 查看一分钟以内的；同时写入的可能稍后才看得到，所以把最后几秒的再给一次
-- Look at the last minute. What was told at the same time may be stored a little later: the last seconds come again
CREATE OR REPLACE FUNCTION gridmgmt_news.told_since(_channel text, _since timestamptz, OUT content text,
    OUT at timestamptz) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $told$
    SELECT e.content, e.at FROM gridmgmt_news.entry e
    WHERE e.channel = _channel AND e.at > clock_timestamp() - interval '1 minute'
        AND e.at > CASE WHEN isfinite(_since) THEN _since - interval '5 seconds' ELSE _since END
    ORDER BY e.at
$told$;

COMMIT;
