-- 网格库的角色与权限，由数据库管理员（超级用户）执行 / Roles and rights of a workspace, run by a superuser.
--
--     psql -d 数据库 -v ON_ERROR_STOP=1 -v schema=gridmgmt -f roles.sql
--
-- 没有 psql 时，把下面的 :'schema' 换成 'gridmgmt'，在 pgAdmin 等工具中整篇执行。
-- Without psql write 'gridmgmt' in the place of :'schema' below and run the whole page in pgAdmin or the like.
--
-- 可以重复执行；新建网格库之后、升级之后各执行一次。
-- It may be run again and again: once before the workspace is made, once after it, once after each upgrade.

BEGIN;
-- Nothing that somebody else made is called by its plain name.
SET LOCAL search_path = pg_catalog, pg_temp;
SELECT set_config('gridmgmt.schema', :'schema', true);

-- 一、角色与模式 / Roles and the schema
DO $roles$
DECLARE
    _schema text := current_setting('gridmgmt.schema');
    _owner text := _schema || '_owner';
    _name text;
BEGIN
    IF _schema !~ '^[a-z][a-z0-9_]{0,49}$' THEN
        RAISE EXCEPTION '模式名 % 过长或含有不允许的字符 / the schema''s name is too long or has other signs', _schema;
    END IF;
    FOREACH _name IN ARRAY ARRAY['owner', 'planner', 'viewer', 'publisher', 'auditor'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = _schema || '_' || _name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', _schema || '_' || _name);
        END IF;
    END LOOP;
    IF to_regnamespace(quote_ident(_schema)) IS NULL THEN
        EXECUTE format('CREATE SCHEMA %I', _schema);
    END IF;
    EXECUTE format('ALTER SCHEMA %I OWNER TO %I', _schema, _owner);
    -- An upgrade keeps a copy in a schema of its own.
    EXECUTE format('GRANT CREATE ON DATABASE %I TO %I', current_database(), _owner);
    FOR _name IN SELECT relname FROM pg_class
        WHERE relnamespace = to_regnamespace(_schema) AND relkind IN ('r', 'p') LOOP
        EXECUTE format('ALTER TABLE %I.%I OWNER TO %I', _schema, _name, _owner);
        EXECUTE format('REVOKE ALL ON %I.%I FROM PUBLIC', _schema, _name);
    END LOOP;
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', _schema);
    FOREACH _name IN ARRAY ARRAY['planner', 'viewer', 'publisher', 'auditor'] LOOP
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', _schema, _schema || '_' || _name);
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', _schema, _schema || '_' || _name);
    END LOOP;
END
$roles$;

-- 二、各表的权限 / Who may do what with which table
-- s 查询 select, i 新增 insert, u 修改 update, d 删除 delete, l 写成果时锁定 hold while a release is written
DO $rights$
DECLARE
    _schema text := current_setting('gridmgmt.schema');
    _may record;
    _role text;
    _letters text;
    _right text;
BEGIN
    IF to_regclass(format('%I.workspace_info', _schema)) IS NULL THEN
        RAISE NOTICE '模式 % 中还没有网格库。请由 %_owner 的成员新建网格库，然后再执行一次 / no workspace yet: have a member of %_owner make it, then run this again',
            _schema, _schema, _schema;
        RETURN;
    END IF;
    FOR _may IN SELECT * FROM (VALUES
        -- table                  planner  viewer  publisher  auditor
        ('area',                  'siud',  's',    'sl',      's'),
        ('covered_extent',        'siud',  's',    's',       's'),
        ('unit_grid',             'siud',  's',    'sl',      's'),
        ('unit_grid_history',     'siud',  's',    's',       's'),
        ('scheme',                'siud',  's',    's',       's'),
        ('responsibility_grid',   'siud',  's',    'sl',      's'),
        ('station',               'siud',  's',    's',       's'),
        ('person',                'siud',  's',    'sl',      's'),
        ('contact',               'siud',  '',     's',       ''),
        ('department',            'siud',  's',    'sl',      's'),
        ('post',                  'siud',  's',    'sl',      's'),
        ('lane',                  'siud',  's',    'sl',      's'),
        ('lane_area',             'siud',  's',    's',       's'),
        ('lane_inspection',       'siud',  's',    's',       's'),
        ('patrol',                'siud',  's',    's',       's'),
        ('component',             'siud',  's',    's',       's'),
        ('cases',                 'siud',  's',    's',       's'),
        ('duty_zone',             'siud',  's',    'sl',      's'),
        ('duty_rule',             'siud',  's',    'sl',      's'),
        ('ownership_ruling',      'siud',  's',    'sl',      's'),
        ('ledger',                'siud',  's',    's',       's'),
        ('ledger_item',           'siud',  's',    's',       's'),
        ('external_code',         'siud',  's',    'siudl',   's'),
        ('code_register',         'siud',  's',    'siud',    's'),
        ('code_map',              'siud',  's',    'sl',      's'),
        ('change_request',        'siud',  's',    's',       's'),
        ('change_log',            'si',    's',    'si',      's'),
        ('take_back',             'siu',   's',    'siu',     's'),
        ('exemption',             'siud',  's',    's',       's'),
        ('release',               'siud',  's',    'siud',    's'),
        ('release_item',          'siud',  's',    'siud',    's'),
        ('handover_log',          'siu',   's',    'siud',    's'),
        ('workspace_info',        'siud',  's',    'siud',    's')
    ) AS listed (name, planner, viewer, publisher, auditor) LOOP
        CONTINUE WHEN to_regclass(format('%I.%I', _schema, _may.name)) IS NULL;
        FOREACH _role IN ARRAY ARRAY['planner', 'viewer', 'publisher', 'auditor'] LOOP
            _letters := to_jsonb(_may) ->> _role;
            FOREACH _right IN ARRAY regexp_split_to_array(_letters, '') LOOP
                -- The right to empty a table is what lets somebody hold it who may not write; emptying is refused below.
                _right := CASE _right WHEN 's' THEN 'SELECT' WHEN 'i' THEN 'INSERT' WHEN 'u' THEN 'UPDATE'
                    WHEN 'd' THEN 'DELETE' WHEN 'l' THEN 'TRUNCATE' END;
                CONTINUE WHEN _right IS NULL;
                EXECUTE format('GRANT %s ON %I.%I TO %I', _right, _schema, _may.name, _schema || '_' || _role);
            END LOOP;
        END LOOP;
    END LOOP;
    -- A hand-over makes grids valid that were drafts.
    FOREACH _letters IN ARRAY ARRAY['unit_grid', 'responsibility_grid'] LOOP
        EXECUTE format('GRANT UPDATE (state, row_version) ON %I.%I TO %I', _schema, _letters, _schema || '_publisher');
    END LOOP;
END
$rights$;

-- 三、无论另外授予了什么权限都有效的限制 / What holds whatever else is granted by habit
DO $guards$
DECLARE
    _schema text := current_setting('gridmgmt.schema');
    _owner text := _schema || '_owner';
    _planner text := _schema || '_planner';
    _publisher text := _schema || '_publisher';
    _name text;
    _made record;
    -- Who asks: also within a function that somebody else lends his rights to. A view asks as its owner, so policies
    -- are the owner's too and ask by themselves; %1$L is a role.
    _who text := 'coalesce(nullif(current_setting(''role''), ''none''), session_user)::name';
    _is text := 'pg_has_role(current_user, %1$L, ''USAGE'') AND pg_has_role(' || _who || ', %1$L, ''USAGE'')';
    _owns text := format(_is, _owner);
    _publishes text := format(_is, _publisher);
    _plans text := format('pg_has_role(%1$s, %2$L, ''USAGE'') OR pg_has_role(%1$s, %3$L, ''USAGE'')', _who, _planner, _owner);
    _sees text := format(_is, _planner) || ' OR ' || _owns;
    -- Contacts, and what is made out of them: views, and copies of what these show.
    _over text := 'WITH RECURSIVE over (id) AS (
                SELECT to_regclass(''{schema}.contact'')::oid UNION SELECT r.ev_class FROM over JOIN pg_depend d
                    ON d.refobjid = id AND d.refclassid = ''pg_class''::regclass AND d.classid = ''pg_rewrite''::regclass
                    JOIN pg_rewrite r ON r.oid = d.objid)';
BEGIN
    IF to_regclass(format('%I.workspace_info', _schema)) IS NULL THEN
        RETURN;
    END IF;

    -- Contacts: planners all of them, publishers those of people who agreed, nobody else any.
    EXECUTE format('ALTER TABLE %I.contact ENABLE ROW LEVEL SECURITY', _schema);
    EXECUTE format('ALTER TABLE %I.contact FORCE ROW LEVEL SECURITY', _schema);
    FOR _name IN SELECT polname FROM pg_policy WHERE polrelid = to_regclass(format('%I.contact', _schema)) LOOP
        EXECUTE format('DROP POLICY %I ON %I.contact', _name, _schema);
    END LOOP;
    EXECUTE format('CREATE POLICY planners ON %1$I.contact TO %2$I, %3$I USING (%4$s) WITH CHECK (%4$s)',
        _schema, _planner, _owner, _sees);
    EXECUTE format('CREATE POLICY publishers ON %I.contact FOR SELECT TO %I, %I USING (publish_consent AND (%s))',
        _schema, _publisher, _owner, _publishes);

    -- What guards refuse has, in place of a constraint's name, that of the plugin's sentence about it; the detail is what it is about.
    -- Functions: each with a search path of its own. Members of the owner are not held up.
    FOR _made IN SELECT * FROM (VALUES
        ('guard_emptying()', 'trigger', $body$
            IF NOT ({owns}) THEN
                RAISE EXCEPTION '%: 不得清空 / not to be emptied', TG_TABLE_NAME
                    USING CONSTRAINT = 'rights_not_emptied';
            END IF;
            RETURN NULL;
        $body$),
        ('guard_log()', 'trigger', $body$
            IF {owns}
                OR TG_TABLE_NAME = 'handover_log' AND {publishes} THEN
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            END IF;
            RAISE EXCEPTION '%: 只能追加 / only to be added to', TG_TABLE_NAME USING CONSTRAINT = 'rights_only_grows';
        $body$),
        ('guard_register()', 'trigger', $body$
            IF {owns} THEN
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            END IF;
            IF TG_OP = 'DELETE' THEN
                IF OLD.state = 'retired' OR OLD.state IS DISTINCT FROM 'draft' AND EXISTS (
                    SELECT 1 FROM {schema}.release_item i JOIN {schema}.release r ON r.number = i.release_number
                    WHERE r.state NOT IN ('draft', 'frozen') AND i.row_key = OLD.code) THEN
                    RAISE EXCEPTION 'code_register: %: 编码移交后不得删除 / a code that was handed over stays', OLD.code
                        USING CONSTRAINT = 'rights_code_stays', DETAIL = OLD.code;
                END IF;
                IF OLD.state IS DISTINCT FROM 'draft' THEN
                    INSERT INTO {schema}.change_log (changed_at, gesture, table_name, row_key, before) VALUES (NULL,
                        'remove_code', TG_TABLE_NAME, concat_ws('|', OLD.code, OLD.kind), to_jsonb(OLD) - 'fid');
                END IF;
                RETURN OLD;
            END IF;
            -- Without a state of those that there are it would be neither, and could go.
            IF NEW.code IS DISTINCT FROM OLD.code OR NEW.kind IS DISTINCT FROM OLD.kind
                OR coalesce(NEW.state NOT IN ('draft', 'valid', 'retired'), true)
                OR OLD.state IS DISTINCT FROM 'draft' AND NEW.state = 'draft' THEN
                RAISE EXCEPTION 'code_register: %: 编码不得改写或退回草稿 / a code is not rewritten', OLD.code
                    USING CONSTRAINT = 'rights_code_not_rewritten', DETAIL = OLD.code;
            END IF;
            -- The entry of a retired one stays, but that a draft among its successors, which nobody was told of, may give
            -- way to what has its ground now.
            IF OLD.state = 'retired' AND NEW.state = 'retired' AND (
                to_jsonb(NEW) - 'successors' <> to_jsonb(OLD) - 'successors'
                OR NEW.successors IS DISTINCT FROM OLD.successors AND (
                    SELECT count(c.code) = count(*) OR bool_or(c.code <> ALL (
                        string_to_array(coalesce(NEW.successors, ''), ',')))
                    FROM unnest(string_to_array(OLD.successors, ',')) AS heir (code) LEFT JOIN {schema}.code_register c
                        ON c.code = heir.code AND c.kind = OLD.kind AND c.state IS DISTINCT FROM 'draft')) THEN
                RAISE EXCEPTION 'code_register: %: 已作废，登记不得改写 / is retired, and its entry is not rewritten', OLD.code
                    USING CONSTRAINT = 'rights_retired_entry', DETAIL = OLD.code;
            END IF;
            -- What a later release of the scheme told the end of stays ended.
            IF OLD.state = 'retired' AND NEW.state <> 'retired' AND EXISTS (
                SELECT 1 FROM {schema}.release_item i JOIN {schema}.release r ON r.number = i.release_number
                JOIN {schema}.release l ON l.scheme IS NOT DISTINCT FROM r.scheme
                    AND (length(l.number), l.number) > (length(r.number), r.number)
                WHERE i.row_key = OLD.code AND r.state NOT IN ('draft', 'frozen') AND l.state NOT IN ('draft', 'frozen')
                    AND EXISTS (SELECT 1 FROM {schema}.release_item o
                        WHERE o.release_number = l.number AND o.layer = i.layer)
                    AND NOT EXISTS (SELECT 1 FROM {schema}.release_item o
                        WHERE o.release_number = l.number AND o.layer = i.layer AND o.row_key = OLD.code)) THEN
                RAISE EXCEPTION 'code_register: %: 作废已随成果移交，不得恢复 / its end was handed over and stays', OLD.code
                    USING CONSTRAINT = 'rights_end_stays', DETAIL = OLD.code;
            END IF;
            -- Nor is an entry emptied by way of taking it up again without a trace of what it was.
            IF OLD.state = 'retired' AND NEW.state <> 'retired' THEN
                INSERT INTO {schema}.change_log (changed_at, gesture, table_name, row_key, before, after) VALUES (NULL,
                    'revive_code', TG_TABLE_NAME, concat_ws('|', OLD.code, OLD.kind), to_jsonb(OLD) - 'fid',
                    to_jsonb(NEW) - 'fid');
            END IF;
            RETURN NEW;
        $body$),
        ('guard_release()', 'trigger', $body$
            IF {owns} THEN
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            END IF;
            -- It comes into being before it is handed over, and only what was is answered.
            IF TG_OP = 'INSERT' THEN
                IF coalesce(NEW.state NOT IN ('draft', 'frozen'), true)
                    OR (NEW.receipt_at, NEW.receipt_note) IS DISTINCT FROM (NULL, NULL) THEN
                    RAISE EXCEPTION 'release %: 尚未移交 / was not handed over yet', NEW.number
                        USING CONSTRAINT = 'rights_not_handed_over', DETAIL = NEW.number;
                END IF;
                RETURN NEW;
            END IF;
            IF OLD.state IN ('draft', 'frozen') THEN
                IF TG_OP = 'UPDATE' AND (coalesce(NEW.state NOT IN ('draft', 'frozen', 'handed_over'), true)
                    OR (NEW.receipt_at, NEW.receipt_note) IS DISTINCT FROM (NULL, NULL)) THEN
                    RAISE EXCEPTION 'release %: 尚未移交 / was not handed over yet', OLD.number
                        USING CONSTRAINT = 'rights_not_handed_over', DETAIL = OLD.number;
                END IF;
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            END IF;
            IF TG_OP = 'DELETE' OR NOT ({publishes})
                OR (NEW.number, NEW.scheme, NEW.receiver, NEW.base_number, NEW.grid_version, NEW.author,
                    NEW.delivered_at, NEW.content_hash, NEW.replaces)
                    IS DISTINCT FROM
                    (OLD.number, OLD.scheme, OLD.receiver, OLD.base_number, OLD.grid_version, OLD.author,
                    OLD.delivered_at, OLD.content_hash, OLD.replaces)
                OR coalesce(NEW.state IN ('draft', 'frozen'), true) THEN
                RAISE EXCEPTION 'release %: 已移交，不得改写 / was handed over and is not rewritten', OLD.number
                    USING CONSTRAINT = 'rights_handed_over', DETAIL = OLD.number;
            END IF;
            RETURN NEW;
        $body$),
        ('guard_release_item()', 'trigger', $body$
            DECLARE
                _number text := CASE TG_OP WHEN 'INSERT' THEN NEW.release_number ELSE OLD.release_number END;
                _state text;
            BEGIN
                IF {owns} OR TG_OP = 'UPDATE' AND {publishes}
                    AND to_jsonb(NEW) - 'result' - 'reason' = to_jsonb(OLD) - 'result' - 'reason' AND EXISTS (
                    SELECT 1 FROM {schema}.release r WHERE r.number = _number AND r.state NOT IN ('draft', 'frozen')) THEN
                    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
                END IF;
                -- Held, so that nobody hands it over while what was begun before is still under way.
                SELECT coalesce(r.state, '') INTO _state FROM {schema}.release r WHERE r.number = _number FOR SHARE;
                IF _state NOT IN ('draft', 'frozen') OR TG_OP = 'UPDATE' AND NEW.release_number <> OLD.release_number THEN
                    RAISE EXCEPTION 'release %: 已移交，不得改写 / was handed over and is not rewritten', _number
                        USING CONSTRAINT = 'rights_handed_over', DETAIL = _number;
                END IF;
                IF TG_OP <> 'DELETE' AND (NEW.result, NEW.reason) IS DISTINCT FROM (NULL, NULL) THEN
                    RAISE EXCEPTION 'release %: 尚未移交 / was not handed over yet', _number
                        USING CONSTRAINT = 'rights_not_handed_over', DETAIL = _number;
                END IF;
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            END;
        $body$),
        ('guard_info()', 'trigger', $body$
            DECLARE
                -- What the workspace is; all the rest are notes of jobs.
                _fixed text[] := '{schema_version, crs_kind, crs_epsg, crs_label, county_code, county_name, precision_m,
                    code_layout, responsibility_layout, split_policy, component_catalogue, event_catalogue, checklist,
                    classification, working_copy}';
            BEGIN
                IF {owns} OR (TG_OP = 'INSERT' OR OLD.key <> ALL (_fixed)) AND (TG_OP = 'DELETE' OR NEW.key <> ALL (_fixed)) THEN
                    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
                END IF;
                RAISE EXCEPTION 'workspace_info: %: 由网格库的管理员修改 / for who owns the workspace', coalesce(OLD.key, NEW.key)
                    USING CONSTRAINT = 'rights_of_owner';
            END;
        $body$),
        ('add_database_login()', 'trigger', $body$
            DECLARE
                _form text := 'YYYY-MM-DD"T"HH24:MI:SS';
                _now timestamptz := clock_timestamp();
            BEGIN
                -- What stands in plain parentheses is the server's word: no name that somebody typed looks like it or hides it.
                NEW.changed_by := concat_ws(' ', nullif(btrim(left(translate(regexp_replace(NEW.changed_by,
                    '[[:cntrl:]\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]', '', 'g'), '()', '（）'), 100)), ''),
                    '(' || session_user || ')');
                -- Nor is a line dated at will. An edit may wait for its save, clocks and zones differ: a day at most.
                IF NOT ({owns}) THEN
                    NEW.changed_at := CASE WHEN NEW.changed_at ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$' THEN greatest(
                        to_char(_now - interval '1 day', _form) COLLATE "C",
                        least(to_char(_now + interval '1 day', _form), NEW.changed_at)) ELSE to_char(_now, _form) END;
                END IF;
                RETURN NEW;
            END;
        $body$),
        -- A new grid scheme is a column of the unit grids, which only their owner may add.
        ('add_scheme_column(_column text)', 'void', $body$
            IF NOT ({plans}) THEN
                RAISE EXCEPTION 'unit_grid: 由规划角色新增网格类别 / for planners' USING CONSTRAINT = 'rights_of_planners';
            END IF;
            IF _column !~ '^rg_[a-z][a-z0-9_]{0,6}$' THEN
                RAISE EXCEPTION '不是网格类别的列 / not the column of a grid scheme: %', _column;
            END IF;
            EXECUTE format('ALTER TABLE {schema}.unit_grid ADD COLUMN IF NOT EXISTS %I text', _column);
            EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON {schema}.unit_grid (%I)', 'unit_grid_' || _column, _column);
        $body$),
        -- What shows contacts all the same: copies, and what reads them for others with rights that no policy limits.
        ('shown_contacts(OUT name text, OUT kind text, OUT owner text)', 'SETOF record', $body$
            RETURN QUERY {over}
            SELECT c.oid::regclass::text, CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END, o.rolname::text
                FROM over JOIN pg_class c ON c.oid = id JOIN pg_roles o ON o.oid = c.relowner
                WHERE c.relkind = 'm' OR c.relkind = 'v' AND (o.rolsuper OR o.rolbypassrls)
                AND NOT coalesce(c.reloptions::text ~ 'security_invoker=(true|on|yes|1)', false)
            UNION ALL SELECT p.oid::regprocedure::text, 'function', o.rolname::text
                FROM pg_proc p JOIN pg_roles o ON o.oid = p.proowner WHERE p.prosecdef AND (o.rolsuper OR o.rolbypassrls)
                AND p.prorettype <> 'event_trigger'::regtype AND p.prosrc ~ '\mcontact\M'
            UNION ALL SELECT format('%I ON %s', t.tgname, t.tgrelid::regclass), 'trigger', o.rolname::text
                FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
                JOIN pg_roles o ON o.oid = p.proowner WHERE c.relnamespace = to_regnamespace('{schema}')
                AND NOT t.tgisinternal
                AND NOT EXISTS (SELECT 1 FROM pg_roles w WHERE w.rolname = '{owner}' AND pg_has_role(o.oid, w.oid, 'USAGE'));
        $body$),
        -- Of what is made with a right that was granted by habit: a materialised view is a copy that shows everybody what
        -- its owner saw, and a trigger runs with the rights of whoever writes. It runs with a superuser's rights, so it
        -- calls nothing of this schema: the owner may put something else in the place of any function here.
        ('guard_making()', 'event_trigger', $body$
            -- A schema or a role may have another name by now, and that is nobody else's trouble.
            IF EXISTS (SELECT 1 FROM pg_event_trigger_ddl_commands() d JOIN pg_trigger t ON t.oid = d.objid
                JOIN pg_class c ON c.oid = t.tgrelid WHERE d.classid = 'pg_trigger'::regclass
                AND c.relnamespace = to_regnamespace('{schema}')
                AND NOT EXISTS (SELECT 1 FROM pg_roles w WHERE w.rolname = '{owner}' AND pg_has_role({who}, w.oid, 'USAGE'))) THEN
                RAISE EXCEPTION '{schema}: 触发器由网格库的管理员建立 / triggers are for who owns the workspace';
            END IF;
            IF EXISTS ({over} SELECT 1 FROM over JOIN pg_class c ON c.oid = id
                JOIN pg_event_trigger_ddl_commands() d ON d.objid = c.oid WHERE c.relkind = 'm') THEN
                RAISE EXCEPTION 'contact: 不得建立含联系方式的物化视图 / no materialised view holds contacts';
            END IF;
        $body$)
    ) AS listed (signature, returned, body) LOOP
        EXECUTE format(
            'CREATE OR REPLACE FUNCTION %I.%s RETURNS %s LANGUAGE plpgsql %s SET search_path = pg_catalog, pg_temp AS %L',
            _schema, _made.signature, _made.returned,
            CASE WHEN _made.returned IN ('void', 'event_trigger') THEN 'SECURITY DEFINER' ELSE '' END,
            replace(replace(replace(replace(replace(replace(replace(
                CASE WHEN _made.body ~ '^\s*DECLARE' THEN _made.body ELSE 'BEGIN' || _made.body || 'END' END,
                '{over}', _over), '{schema}', quote_ident(_schema)), '{owns}', _owns), '{publishes}', _publishes), '{owner}', _owner),
                '{plans}', _plans), '{who}', _who));
        -- By whatever clock and zone a session has.
        IF _made.signature = 'add_database_login()' THEN
            EXECUTE format('ALTER FUNCTION %I.%s SET timezone = %L', _schema, _made.signature, current_setting('timezone'));
        END IF;
        -- What superusers run is nothing that the owner may write anew.
        EXECUTE format('ALTER FUNCTION %I.%s OWNER TO %I', _schema, _made.signature,
            CASE WHEN _made.returned IN ('trigger', 'void') THEN _owner ELSE current_user END);
        EXECUTE format('REVOKE ALL ON FUNCTION %I.%s FROM PUBLIC', _schema, _made.signature);
    END LOOP;
    EXECUTE format('GRANT EXECUTE ON FUNCTION %I.add_scheme_column(text) TO %I', _schema, _schema || '_planner');
    EXECUTE format('GRANT EXECUTE ON FUNCTION %I.shown_contacts() TO %I, %I', _schema, _owner, _schema || '_auditor');

    FOR _made IN SELECT * FROM (VALUES
        ('change_log', 'add_database_login', 'BEFORE INSERT'),
        ('change_log', 'guard_log', 'BEFORE UPDATE OR DELETE'),
        ('handover_log', 'guard_log', 'BEFORE UPDATE OR DELETE'),
        ('code_register', 'guard_register', 'BEFORE UPDATE OR DELETE'),
        ('release', 'guard_release', 'BEFORE INSERT OR UPDATE OR DELETE'),
        ('release_item', 'guard_release_item', 'BEFORE INSERT OR UPDATE OR DELETE'),
        ('workspace_info', 'guard_info', 'BEFORE INSERT OR UPDATE OR DELETE')
    ) AS listed (name, guard, event) LOOP
        IF EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = _made.guard
            AND tgrelid = to_regclass(format('%I.%I', _schema, _made.name))) THEN
            EXECUTE format('DROP TRIGGER %I ON %I.%I', _made.guard, _schema, _made.name);
        END IF;
        EXECUTE format('CREATE TRIGGER %I %s ON %I.%I FOR EACH ROW EXECUTE FUNCTION %I.%I()',
            _made.guard, _made.event, _schema, _made.name, _schema, _made.guard);
    END LOOP;
    FOR _name IN SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(_schema) AND relkind = 'r' LOOP
        IF EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'guard_emptying'
            AND tgrelid = to_regclass(format('%I.%I', _schema, _name))) THEN
            EXECUTE format('DROP TRIGGER guard_emptying ON %I.%I', _schema, _name);
        END IF;
        EXECUTE format('CREATE TRIGGER guard_emptying BEFORE TRUNCATE ON %I.%I EXECUTE FUNCTION %I.guard_emptying()',
            _schema, _name, _schema);
    END LOOP;
    -- For superusers alone, who a database of a cloud may not have.
    BEGIN
        IF EXISTS (SELECT 1 FROM pg_event_trigger WHERE evtname = _schema || '_making') THEN
            EXECUTE format('DROP EVENT TRIGGER %I', _schema || '_making');
        END IF;
        EXECUTE format('CREATE EVENT TRIGGER %I ON ddl_command_end WHEN TAG IN (''CREATE MATERIALIZED VIEW'','
            ' ''REFRESH MATERIALIZED VIEW'', ''CREATE TRIGGER'') EXECUTE FUNCTION %I.guard_making()',
            _schema || '_making', _schema);
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE WARNING '未建立事件触发器，只有超级用户可以建立：以后建立的触发器和物化视图不受检查，请不要授予 TRIGGER 权限，并常查看 %.shown_contacts() / no event trigger, which takes a superuser: triggers and materialised views are not looked at when they are made (%)',
            _schema, SQLERRM;
    END;
    FOR _made IN EXECUTE format('SELECT * FROM %I.shown_contacts()', _schema) LOOP
        IF _made.kind = 'materialized view' THEN
            EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, %I, %I', _made.name, _schema || '_viewer', _schema || '_auditor');
        END IF;
        RAISE WARNING '联系方式可能由此泄露 / contacts are shown by: % %（%）', _made.kind, _made.name, _made.owner;
    END LOOP;
    -- What city.sql made takes in new counties and columns.
    IF to_regprocedure('gridmgmt_city.rebuild()') IS NOT NULL THEN
        BEGIN
            PERFORM gridmgmt_city.rebuild();
        EXCEPTION WHEN OTHERS THEN
            RAISE WARNING '全市视图未能重建，请执行 / the city''s view is to be made anew: SELECT gridmgmt_city.rebuild(); (%)', SQLERRM;
        END;
    END IF;
    RAISE NOTICE '模式 % 的权限已设定 / the rights of schema % are set', _schema, _schema;
END
$guards$;

COMMIT;
