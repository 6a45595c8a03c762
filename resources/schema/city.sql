-- 全市视图：把一个数据库里各区县的网格库合在一起看，由数据库管理员（超级用户）执行。
-- The city's view over the workspaces of all counties in one database, run by a superuser.
--
--     psql -d 数据库 -v ON_ERROR_STOP=1 -f city.sql
--
-- 可以重复执行。新增、更名、升级或去掉区县之后执行：SELECT gridmgmt_city.rebuild();
-- It may be run again and again; after a county came, was renamed, upgraded or dropped: SELECT gridmgmt_city.rebuild();

BEGIN;
-- Nothing that somebody else made is called by its plain name.
SET LOCAL search_path = pg_catalog, pg_temp;

DO $roles$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('gridmgmt_city'));
    IF EXISTS (SELECT 1 FROM pg_namespace n JOIN pg_roles o ON o.oid = n.nspowner
        WHERE n.nspname = 'gridmgmt_city' AND NOT o.rolsuper AND o.rolname <> current_user) THEN
        RAISE EXCEPTION '模式 gridmgmt_city 已由别人建立 / the schema gridmgmt_city belongs to somebody else';
    END IF;
    IF to_regclass('gridmgmt_city.workspace_info') IS NOT NULL THEN
        RAISE EXCEPTION '模式 gridmgmt_city 中是一个网格库 / the schema gridmgmt_city holds a workspace';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'gridmgmt_city_owner') THEN
        CREATE ROLE gridmgmt_city_owner NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'gridmgmt_city_viewer') THEN
        CREATE ROLE gridmgmt_city_viewer NOLOGIN;
    END IF;
END
$roles$;

CREATE SCHEMA IF NOT EXISTS gridmgmt_city;
REVOKE ALL ON SCHEMA gridmgmt_city FROM PUBLIC;
GRANT USAGE ON SCHEMA gridmgmt_city TO gridmgmt_city_viewer, gridmgmt_city_owner;

-- 设置：frame 全市坐标系（EPSG 编号，或地方坐标系的名称）；left_out 不纳入的模式，可多行
-- What may be chosen: 'frame', an EPSG number or the name of a local frame; 'left_out', a schema to leave out (any number)
CREATE TABLE IF NOT EXISTS gridmgmt_city.setting (key text NOT NULL, value text NOT NULL, PRIMARY KEY (key, value));
-- 各视图是按什么建的：没有变化的不重建，不妨碍正在查询的人
-- What each view was made of: one that stays as it is is not made anew, and nobody waits for it
CREATE TABLE IF NOT EXISTS gridmgmt_city.made (name text PRIMARY KEY, query text NOT NULL);

-- 列入全市视图的表和列；不列人员、联系方式、电话、姓名和日志。没有写类型的列是 text
-- What the city sees. No persons, contacts, telephone numbers, names of people or logs. A column without a type is text
CREATE OR REPLACE FUNCTION gridmgmt_city.shown(OUT name text, OUT title text, OUT geometry text, OUT columns text)
RETURNS SETOF record LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $shown$
    VALUES
        ('area', '区划 Administrative areas', 'MultiPolygon',
            'code, level, kind, name, parent_code, zone, managed_by, households bigint, population bigint, '
            'registered_population bigint, code_source, valid_from date, valid_to date, approval_no'),
        ('covered_extent', '覆盖范围 Covered extent', 'MultiPolygon',
            'code, name, phase, valid_from date, valid_to date'),
        ('unit_grid', '单元网格 Unit grids', 'Polygon',
            'code, name, area_code, area_m2 double precision, grid_kind, land_use, grade, responsible_code, '
            'fallback_code, households bigint, population bigint, mapped_scale, state, valid_from date, prior_code, '
            'note'),
        ('unit_grid_history', '单元网格历史 Unit grid history', 'Polygon',
            'code, name, area_code, area_m2 double precision, grid_kind, land_use, grade, responsible_code, '
            'fallback_code, households bigint, population bigint, mapped_scale, state, valid_from date, prior_code, '
            'note, valid_to date, successors, cause'),
        ('scheme', '网格类别 Grid schemes', '',
            'key, title, kind, base, note'),
        ('responsibility_grid', '责任网格 Responsibility grids', 'MultiPolygon',
            'scheme, code, name, alias, kind, area_code, supervisor_code, operator_code, contract_no, '
            'contract_from date, contract_to date, expected_parts bigint, unit_count bigint, '
            'area_m2 double precision, state, valid_from date, valid_to date, note'),
        ('station', '工作站 Stations', 'Point',
            'code, name, level, area_code'),
        ('department', '部门 Departments', '',
            'code, name, short_name, kind, uscc, parent_code, valid_from date, valid_to date, successor_code'),
        ('lane', '街巷 Street-lanes', 'MultiLineString',
            'code, name, alias, old_name, road_class, from_place, to_place, direction, house_no_min, house_no_max, '
            'length_m double precision, width_m double precision, street_code, managing_street_code, custody, '
            'courtyards bigint, households bigint, shops bigint, property_code, cleaning_code, standing, '
            'target_date date, state, valid_from date, valid_to date, prior_code'),
        ('lane_area', '街巷所涉社区 Lanes by community', '',
            'lane_code, area_code, length_m double precision'),
        ('lane_inspection', '街巷检查 Lane inspections', '',
            'lane_code, checklist, item_code, inspected_on date, passed boolean, score double precision, kind, '
            'rectified_on date, note'),
        ('component', '部件 Components', 'Point',
            'code, class_code, name, shape, length_m double precision, area_m2 double precision, department_code, '
            'owner_code, maintainer_code, owner_state, owner_basis, interim_code, state, location, accuracy, '
            'unit_grid, placed_by, lane_code, old_code, surveyed_on date, changed_on date, source, note'),
        ('cases', '案件 Cases', 'Point',
            'id, case_no, kind, class_code, component_code, title, source, status, reported_at, filed_at, '
            'dispatched_at, handled_at, checked_at, closed_at, due_at, department_code, returned bigint, '
            'rework bigint, extended bigint, contacted boolean, resolved boolean, satisfied boolean, duplicate_of, '
            'unit_grid, reported_grid, placed_by, lane_code, address, note'),
        ('duty_zone', '责任区 Duty zones', 'MultiPolygon',
            'code, kind, name, manager_code, basis, valid_from date, valid_to date'),
        ('duty_rule', '权责条目 Duty rules', '',
            'id, class_kind, class_prefix, scheme, area_code, zone_kind, department_code, role, priority bigint, '
            'state, basis, time_limit double precision, time_unit, valid_from date, valid_to date'),
        ('ownership_ruling', '权属认定 Ownership rulings', '',
            'id, component_code, claims, ruling, owner_code, document_no, interim_code, opened_on date, ruled_on date'),
        ('ledger', '台账 Ledgers', '',
            'key, title, geometry_kind, note, statuses, done_statuses, symbol, colour, fields, imported_on date'),
        ('ledger_item', '台账条目 Ledger items', 'Geometry',
            'ledger, key, name, status, changed_on date, unit_grid, due_on date, added_on date, prior_status, '
            'gone_on date'),
        ('code_register', '编码登记 Code register', '',
            'code, kind, state, reason, successors, changed_at'),
        ('code_map', '编码对照 Code map', '',
            'kind, old_code, new_code, share double precision, cause, effective_on date, document_no'),
        ('release', '成果版本 Releases', '',
            'number, scheme, receiver, state, base_number, grid_version, document_no, effective_from date, '
            'delivered_at, receipt_at, receipt_note, content_hash, replaces')
$shown$;

-- 区县自己的表由 gridmgmt_city_owner 读取：表上可能附带别人的程序，不能以超级用户的身份执行
-- What a county says of itself, read without a superuser's rights: its owner may have had programs of his run with it
CREATE OR REPLACE FUNCTION gridmgmt_city.said_by(_schema text) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $said$
DECLARE
    _said jsonb;
BEGIN
    EXECUTE format('SELECT jsonb_object_agg(key, value) FROM %I.workspace_info'
        ' WHERE key IN (''schema_version'', ''county_code'', ''crs_label'', ''working_copy'')', _schema) INTO _said;
    RETURN _said;
END
$said$;
ALTER FUNCTION gridmgmt_city.said_by(text) OWNER TO gridmgmt_city_owner;

CREATE OR REPLACE FUNCTION gridmgmt_city.rebuild() RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $rebuild$
DECLARE
    _gis text;
    _known text[];
    _place record;
    _county record;
    _table record;
    _column record;
    _said jsonb;
    _counties jsonb := '[]';
    _frame text;
    _srid integer;
    _type text;
    _there text;
    _is_plain boolean;
    _shape text;
    _items text;
    _arms text[];
    _missing jsonb := '{}';
    _schemes text[];
    _grids text[] := '{}';
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('gridmgmt_city'));
    SELECT quote_ident(n.nspname) INTO STRICT _gis
        FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis';
    EXECUTE format('SELECT array_agg(srid::text) FROM %s.spatial_ref_sys', _gis) INTO _known;
    -- A shape that cannot be converted is not shown; it must not keep its planner from saving it. Before PROJ 8 what cannot be
    -- converted lies at infinity.
    EXECUTE format('CREATE OR REPLACE FUNCTION gridmgmt_city.in_frame(_shape %1$s.geometry, _srid integer)'
        ' RETURNS %1$s.geometry LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, %1$s, pg_temp'
        ' AS $in_frame$ BEGIN _shape := %1$s.ST_Transform(_shape, _srid);'
        ' RETURN CASE WHEN %1$s.ST_XMax(_shape) = ''infinity'' OR %1$s.ST_YMax(_shape) = ''infinity'' THEN NULL ELSE _shape END;'
        ' EXCEPTION WHEN OTHERS THEN RETURN NULL; END $in_frame$', _gis);
    EXECUTE format('GRANT EXECUTE ON FUNCTION gridmgmt_city.in_frame(%s.geometry, integer) TO PUBLIC', _gis);

    -- 一、有哪些区县 / Which counties there are
    FOR _place IN SELECT n.nspname::text AS schema, c.oid::regclass AS info, obj_description(n.oid, 'pg_namespace') AS said
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = 'workspace_info' AND c.relkind IN ('r', 'p') AND 2 = (SELECT count(*) FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attname IN ('key', 'value') AND a.atttypid = 'text'::regtype)
        AND NOT EXISTS (SELECT 1 FROM gridmgmt_city.setting WHERE key = 'left_out' AND value = n.nspname::text)
        ORDER BY 1 LOOP
        IF NOT has_schema_privilege('gridmgmt_city_owner', _place.schema, 'USAGE') THEN
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO gridmgmt_city_owner', _place.schema);
        END IF;
        IF NOT has_table_privilege('gridmgmt_city_owner', _place.info, 'SELECT') THEN
            EXECUTE format('GRANT SELECT ON %s TO gridmgmt_city_owner', _place.info);
        END IF;
        _said := gridmgmt_city.said_by(_place.schema);
        CONTINUE WHEN _said ->> 'schema_version' IS NULL OR _said ? 'working_copy'
            -- The copy that an upgrade keeps, also when what it is of is gone or has another name.
            OR right(_place.schema, length('_v' || (_said ->> 'schema_version'))) = '_v' || (_said ->> 'schema_version')
            AND (_place.said LIKE '升级前的副本 %'
                OR EXISTS (SELECT 1 FROM pg_namespace n WHERE to_regclass(format('%I.workspace_info', n.nspname)) IS NOT NULL
                    AND _place.schema = left(n.nspname::text, 50) || '_v' || (_said ->> 'schema_version')));
        SELECT substring(format_type(a.atttypid, a.atttypmod) FROM ',([0-9]+)\)$')::integer INTO _srid FROM pg_attribute a
            WHERE a.attrelid = to_regclass(format('%I.unit_grid', _place.schema)) AND a.attname = 'geom';
        _counties := _counties || jsonb_build_object('schema', _place.schema, 'code', _said ->> 'county_code',
            'frame', CASE WHEN _srid > 0 THEN _srid::text ELSE _said ->> 'crs_label' END);
    END LOOP;

    -- 二、全市坐标系：设定的，否则是多数区县的 / The frame of the city: the one that was chosen, else that of most counties
    SELECT value INTO _frame FROM gridmgmt_city.setting WHERE key = 'frame' ORDER BY value LIMIT 1;
    IF _frame IS NULL THEN
        SELECT c ->> 'frame' INTO _frame FROM jsonb_array_elements(_counties) c GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1;
    END IF;
    _srid := CASE WHEN _frame ~ '^[0-9]{4,6}$' THEN _frame::integer ELSE 0 END;

    -- 三、逐表建立视图 / View by view
    FOR _table IN SELECT * FROM gridmgmt_city.shown() LOOP
        -- As PostgreSQL writes it.
        _type := _gis || '.geometry' || CASE WHEN _table.geometry = '' THEN NULL
            WHEN _srid > 0 THEN format('(%s,%s)', _table.geometry, _srid)
            WHEN _table.geometry = 'Geometry' THEN '' ELSE format('(%s)', _table.geometry) END;
        _arms := '{}';
        FOR _county IN SELECT c.value ->> 'schema' AS schema, c.value ->> 'code' AS code, c.value ->> 'frame' AS frame,
            -- Six digits of the county, which of its schemas, nine digits of the row.
            (CASE WHEN c.value ->> 'code' ~ '^[0-9]{6}$' THEN (c.value ->> 'code')::bigint ELSE c.ordinality END * 10
                + row_number() OVER (PARTITION BY c.value ->> 'code' ORDER BY c.ordinality) - 1) * 1000000000 AS base,
            (SELECT oid::regclass FROM pg_class WHERE oid = to_regclass(format('%I.%I', c.value ->> 'schema', _table.name))
                -- Nor one whose rows its owner shows by rules of his own: they would run with the rights of who looks.
                AND relkind IN ('r', 'p') AND NOT relrowsecurity AND EXISTS (SELECT 1 FROM pg_attribute f
                    WHERE f.attrelid = pg_class.oid AND f.attname = 'fid' AND f.atttypid = 'bigint'::regtype)) AS place
            FROM jsonb_array_elements(_counties) WITH ORDINALITY c ORDER BY c.ordinality LOOP
            IF _county.place IS NULL THEN
                _missing := jsonb_set(_missing, ARRAY[_county.schema],
                    coalesce(_missing -> _county.schema, '[]') || to_jsonb(_table.name));
                CONTINUE;
            END IF;
            IF NOT has_table_privilege('gridmgmt_city_owner', _county.place, 'SELECT') THEN
                EXECUTE format('GRANT SELECT ON %s TO gridmgmt_city_owner', _county.place);
            END IF;
            _items := format('%s + t.fid AS row_id, %L::text AS county_code, %L::text AS schema_name',
                _county.base, _county.code, _county.schema);
            FOR _column IN SELECT split_part(item, ' ', 1) AS name,
                coalesce(nullif(substr(item, strpos(item || ' ', ' ') + 1), ''), 'text') AS type
                FROM unnest(string_to_array(_table.columns, ', ')) AS item LOOP
                SELECT format_type(a.atttypid, a.atttypmod), y.typnamespace = 'pg_catalog'::regnamespace
                    INTO _there, _is_plain FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
                    WHERE a.attrelid = _county.place AND a.attname = _column.name AND NOT a.attisdropped;
                IF _there IS NULL THEN
                    _missing := jsonb_set(_missing, ARRAY[_county.schema],
                        coalesce(_missing -> _county.schema, '[]') || to_jsonb(_table.name || '.' || _column.name));
                END IF;
                _items := _items || ', ' || CASE
                    WHEN _there = _column.type THEN format('t.%I', _column.name)
                    -- A type of somebody's own may be made into text by a program of his.
                    WHEN _column.type = 'text' AND _is_plain THEN format('t.%I::text AS %I', _column.name, _column.name)
                    ELSE format('NULL::%s AS %I', _column.type, _column.name) END;
            END LOOP;
            IF _table.name = 'unit_grid' THEN
                SELECT array_agg(a.attname::text ORDER BY a.attname) INTO _schemes FROM pg_attribute a
                    WHERE a.attrelid = _county.place AND a.attname ~ '^rg_[a-z][a-z0-9_]{0,6}$'
                    AND a.atttypid = 'text'::regtype AND NOT a.attisdropped;
                _items := _items || CASE WHEN _schemes IS NULL THEN ', NULL::jsonb' ELSE format(
                    ', jsonb_strip_nulls(jsonb_object(%L::text[], ARRAY[%s]))',
                    (SELECT array_agg(substr(name, 4)) FROM unnest(_schemes) name),
                    (SELECT string_agg(format('t.%I', name), ', ') FROM unnest(_schemes) name)) END
                    || ' AS responsibility_grids';
                FOREACH _there IN ARRAY coalesce(_schemes, '{}') LOOP
                    _grids := _grids || format('SELECT (%s + t.fid) || %L AS row_id, %L::text AS county_code, %L::text AS'
                        ' schema_name, t.code AS unit_grid, %L::text AS scheme, t.%I AS responsibility_grid'
                        ' FROM %s t WHERE t.%I IS NOT NULL', _county.base, ' ' || substr(_there, 4), _county.code,
                        _county.schema, substr(_there, 4), _there, _county.place, _there);
                END LOOP;
            END IF;
            IF _type IS NOT NULL THEN
                SELECT format_type(a.atttypid, a.atttypmod) INTO _there FROM pg_attribute a
                    WHERE a.attrelid = _county.place AND a.attname = 'geom' AND NOT a.attisdropped;
                _shape := CASE
                    WHEN _there = _type AND _county.frame = _frame THEN 't.geom'
                    WHEN _srid > 0 AND _there = format('%s.geometry(%s,%s)', _gis, _table.geometry, _county.frame)
                        AND ARRAY[_frame, _county.frame] <@ _known
                        THEN format('gridmgmt_city.in_frame(geom, %s)::%s', _srid, _type)
                    ELSE format('NULL::%s', _type) END;
                _items := _items || format(', %s AS geom', _shape);
                -- Only as an index of what is shown it finds the few rows of a map.
                FOR _place IN SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
                    WHERE x.indrelid = _county.place AND i.relname ~ ('^' || _table.name || '_city_[0-9]+$')
                    AND i.relname <> format('%s_city_%s', _table.name, _srid) LOOP
                    EXECUTE format('DROP INDEX %I.%I', _county.schema, _place.relname);
                END LOOP;
                IF _shape LIKE 'gridmgmt_city.in_frame%'
                    AND to_regclass(format('%I.%I', _county.schema, format('%s_city_%s', _table.name, _srid))) IS NULL THEN
                    EXECUTE format('CREATE INDEX %I ON %s USING gist ((%s))',
                        format('%s_city_%s', _table.name, _srid), _county.place, _shape);
                END IF;
            END IF;
            _arms := _arms || format('SELECT %s FROM %s t', _items, _county.place);
        END LOOP;
        IF _arms = '{}' THEN
            _arms := ARRAY[format('SELECT NULL::bigint AS row_id, NULL::text AS county_code, NULL::text AS schema_name, %s%s%s'
                ' WHERE false', (SELECT string_agg(format('NULL::%s AS %I',
                    coalesce(nullif(substr(item, strpos(item || ' ', ' ') + 1), ''), 'text'), split_part(item, ' ', 1)), ', ')
                    FROM unnest(string_to_array(_table.columns, ', ')) AS item),
                CASE _table.name WHEN 'unit_grid' THEN ', NULL::jsonb AS responsibility_grids' ELSE '' END,
                CASE WHEN _type IS NOT NULL THEN format(', NULL::%s AS geom', _type) ELSE '' END)];
        END IF;
        PERFORM gridmgmt_city.put_view(_table.name, _table.title, array_to_string(_arms, E'\nUNION ALL '));
    END LOOP;
    PERFORM gridmgmt_city.put_view('unit_grid_scheme', '单元网格所属责任网格 Responsibility grids of unit grids',
        coalesce(nullif(array_to_string(_grids, E'\nUNION ALL '), ''), 'SELECT NULL::text AS row_id, NULL::text AS county_code,'
        ' NULL::text AS schema_name, NULL::text AS unit_grid, NULL::text AS scheme, NULL::text AS responsibility_grid'
        ' WHERE false'));

    -- 四、区县一览 / The counties themselves
    SELECT array_agg(format('SELECT %s::bigint AS row_id, %L::text AS county_code, %L::text AS schema_name,'
        ' max(value) FILTER (WHERE key = ''county_name'') AS county_name,'
        ' max(value) FILTER (WHERE key = ''schema_version'') AS schema_version, %L::text AS frame,'
        ' %L::boolean AS is_on_the_map, %L::text AS missing FROM %I.workspace_info',
        c.ordinality, c.value ->> 'code', c.value ->> 'schema', c.value ->> 'frame',
        c.value ->> 'frame' = _frame OR _srid > 0 AND ARRAY[_frame, c.value ->> 'frame'] <@ _known,
        (SELECT string_agg(item, ', ') FROM jsonb_array_elements_text(_missing -> (c.value ->> 'schema')) item),
        c.value ->> 'schema') ORDER BY c.ordinality)
        INTO _arms FROM jsonb_array_elements(_counties) WITH ORDINALITY c;
    PERFORM gridmgmt_city.put_view('county', '区县 Counties', coalesce(array_to_string(_arms, E'\nUNION ALL '),
        'SELECT NULL::bigint AS row_id, NULL::text AS county_code, NULL::text AS schema_name, NULL::text AS county_name,'
        ' NULL::text AS schema_version, NULL::text AS frame, NULL::boolean AS is_on_the_map, NULL::text AS missing'
        ' WHERE false'));
    RAISE NOTICE '全市视图含 % 个区县，坐标系 % / the city''s view has % counties, frame %',
        jsonb_array_length(_counties), coalesce(_frame, '–'), jsonb_array_length(_counties), coalesce(_frame, '–');
END
$rebuild$;

-- 视图的列有变动时重建；有别的视图建在它上面时报错，不会连带删除
-- A view whose columns changed is made anew; where somebody built another one upon it that is told, and stays
CREATE OR REPLACE FUNCTION gridmgmt_city.put_view(_name text, _title text, _query text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $put$
BEGIN
    IF to_regclass(format('gridmgmt_city.%I', _name)) IS NOT NULL
        AND EXISTS (SELECT 1 FROM gridmgmt_city.made WHERE name = _name AND query = _query) THEN
        RETURN;
    END IF;
    BEGIN
        EXECUTE format('CREATE OR REPLACE VIEW gridmgmt_city.%I AS %s', _name, _query);
    EXCEPTION WHEN invalid_table_definition OR wrong_object_type THEN
        EXECUTE format('DROP VIEW gridmgmt_city.%I', _name);
        EXECUTE format('CREATE VIEW gridmgmt_city.%I AS %s', _name, _query);
    END;
    EXECUTE format('COMMENT ON VIEW gridmgmt_city.%I IS %L', _name, _title);
    EXECUTE format('ALTER VIEW gridmgmt_city.%I OWNER TO gridmgmt_city_owner', _name);
    EXECUTE format('REVOKE ALL ON gridmgmt_city.%I FROM PUBLIC', _name);
    EXECUTE format('GRANT SELECT ON gridmgmt_city.%I TO gridmgmt_city_viewer', _name);
    INSERT INTO gridmgmt_city.made VALUES (_name, _query) ON CONFLICT (name) DO UPDATE SET query = _query;
END
$put$;

-- 删除一个区县（DROP SCHEMA … CASCADE）会连带删除全市视图，更改模式名后视图里的名称过时：随即重建；有人查询超过五秒时不再等，只给出警告
-- A county that is dropped with CASCADE takes the views along, and one that is renamed is called by its old name: made anew.
-- Who looks for more than five seconds is not waited for: nobody's own statement hangs on that; a warning tells
CREATE OR REPLACE FUNCTION gridmgmt_city.follow() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $follow$
BEGIN
    IF TG_EVENT = 'sql_drop' THEN
        IF to_regclass('gridmgmt_city.setting') IS NULL OR NOT EXISTS (SELECT 1 FROM pg_event_trigger_dropped_objects()
            WHERE object_type = 'view' AND schema_name = 'gridmgmt_city' AND NOT original) THEN
            RETURN;
        END IF;
    END IF;
    PERFORM gridmgmt_city.rebuild();
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING '全市视图未能重建，请执行 / the city''s view is to be made anew: SELECT gridmgmt_city.rebuild(); (%)', SQLERRM;
END
$follow$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA gridmgmt_city FROM PUBLIC;
DROP EVENT TRIGGER IF EXISTS gridmgmt_city_drop;
DROP EVENT TRIGGER IF EXISTS gridmgmt_city_rename;
CREATE EVENT TRIGGER gridmgmt_city_drop ON sql_drop
    EXECUTE PROCEDURE gridmgmt_city.follow();
CREATE EVENT TRIGGER gridmgmt_city_rename ON ddl_command_end WHEN TAG IN ('ALTER SCHEMA')
    EXECUTE PROCEDURE gridmgmt_city.follow();

SELECT gridmgmt_city.rebuild();

COMMIT;
