-- 前置库的权责条目选择 / Which duty rule decides.

-- The rule that decides at a place: zone kind before none, longer prefix, smaller area, priority, smaller number.
CREATE OR REPLACE FUNCTION {schema}.rule_at(
    _county text, _scheme text, _release text, _answering jsonb, _place {postgis}.geometry, _day date, _chain text[],
    _kind text, _class text)
RETURNS TABLE (id text, role text, department_code text, disputed boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = {schema}, {postgis}, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH zone AS (
        SELECT z.code, z.kind, z.manager_code,
            ST_DWithin(ST_Boundary(z.geom), _place, (_answering ->> 'precision_m')::float8) AS on_edge
        FROM duty_zone z
        WHERE z.county_code = _county AND z.scheme = _scheme AND z.release = _release
            AND ST_DWithin(z.geom, _place, (_answering ->> 'precision_m')::float8)
            AND in_force_on(z.valid_from, z.valid_to, _day)
    ), held AS (
        -- An edge that two zones of one kind share belongs to the one with the smaller code.
        SELECT z.* FROM zone z
        WHERE NOT (z.on_edge AND EXISTS (
            SELECT 1 FROM zone o WHERE o.kind = z.kind AND o.on_edge AND o.code < z.code))
    ), managing AS (
        -- Of several managers the one whose work is with the department of the smallest code.
        SELECT m.kind, (array_agg(m.manager_code ORDER BY m.who, m.manager_code))[1] AS first,
            count(DISTINCT m.who) AS several
        FROM (
            SELECT h.kind, h.manager_code, successor(_county, _scheme, _release, h.manager_code, _day) AS who
            FROM held h WHERE h.manager_code IS NOT NULL) m
        GROUP BY m.kind
    ), fit AS (
        SELECT r.id, r.role, r.state, n.named, r.department_code AS written, m.several,
            successor(_county, _scheme, _release, n.named, _day) AS who,
            r.zone_kind IS NULL AS no_zone,
            -length(coalesce(r.class_prefix, '')) AS prefix,
            -coalesce(cardinality(a.path), CASE WHEN r.area_code IS NULL THEN 0 ELSE 1 END) AS depth,
            coalesce(r.priority, 'Infinity'::float8) AS priority
        FROM duty_rules r
        LEFT JOIN managing m ON m.kind = r.zone_kind
        LEFT JOIN area a ON a.county_code = r.county_code AND a.scheme = r.scheme AND a.release = r.release
            AND a.code = r.area_code
        CROSS JOIN LATERAL (SELECT CASE
            WHEN r.zone_kind IS NULL OR r.zone_kind IN (SELECT h.kind FROM held h)
                THEN coalesce(r.department_code, m.first) END AS named) n
        WHERE r.county_code = _county AND r.scheme = _scheme AND r.release = _release
            AND coalesce(r.of_scheme, _scheme) = _scheme
            AND n.named IS NOT NULL
            AND in_force_on(r.valid_from, r.valid_to, _day)
            AND starts_with(coalesce(_class, ''), coalesce(r.class_prefix, ''))
            AND (coalesce(_kind, '') = '' OR r.class_kind IS NULL OR r.class_kind = _kind)
            AND (r.area_code IS NULL OR r.area_code = ANY (_chain))
    ), ranked AS (
        SELECT f.*, rank() OVER (ORDER BY no_zone, prefix, depth, priority) AS grade,
            row_number() OVER (
                ORDER BY no_zone, prefix, depth, priority, id !~ '^[0-9]+$',
                    CASE WHEN id ~ '^[0-9]+$' THEN id::numeric ELSE 0 END, id) AS turn
        FROM fit f
    ), best AS (SELECT * FROM ranked WHERE turn = 1)
    SELECT b.id, b.role, b.named, EXISTS (
        SELECT 1 FROM ranked e
        WHERE e.grade = 1 AND (
            e.who <> b.who
            OR coalesce(_answering -> 'open_rule_states' ? e.state, false)
            OR (e.written IS NULL AND e.several > 1)))
    FROM best b;
END
$$;
