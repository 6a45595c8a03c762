-- 前置库的两个角色，由数据库管理员执行一次 / Two roles of the front database, made once by its administrator.
-- psql -v schema=gridmgmt_front -f roles.sql
-- reader: 只能查询 / may ask only. publisher: 可以写入成果版本 / may deliver releases.

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'gridmgmt_front_reader') THEN
        CREATE ROLE gridmgmt_front_reader NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'gridmgmt_front_publisher') THEN
        CREATE ROLE gridmgmt_front_publisher NOLOGIN;
    END IF;
END
$$;

CREATE SCHEMA IF NOT EXISTS :"schema" AUTHORIZATION gridmgmt_front_publisher;
-- The front database belongs to the publishers: run this before the first delivery.
GRANT USAGE ON SCHEMA :"schema" TO gridmgmt_front_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA :"schema" TO gridmgmt_front_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE gridmgmt_front_publisher IN SCHEMA :"schema"
    GRANT SELECT ON TABLES TO gridmgmt_front_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE gridmgmt_front_publisher IN SCHEMA :"schema"
    GRANT EXECUTE ON FUNCTIONS TO gridmgmt_front_reader;
