-- 前置库的查责函数 / Who answers in the front database: the rule of the package's README, in SQL.

-- The answer to "who answers for this place, class and time"; no row where no release holds.
-- class_kind: component, event or NULL for either. component: what is recorded of a registered component, keys
-- component_code, lane_code, interim_code, maintainer_code, owner_code, owner_state. at: by the clocks of the district,
-- now() AT TIME ZONE 'Asia/Shanghai' for this moment. All counties of a schema are in one system of coordinates; a
-- place in another one is moved over. Outside all of several counties there is no row.
CREATE OR REPLACE FUNCTION {schema}.resolve(
    place {postgis}.geometry, class text, at timestamp, of_scheme text DEFAULT NULL, of_county text DEFAULT NULL,
    class_kind text DEFAULT NULL, component jsonb DEFAULT NULL)
RETURNS TABLE (
    county_code text, scheme text, release text, unit_grid text, responsibility_grid text, department_code text,
    person_id text, lane_code text, lane_officer text, status text, rule text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = {schema}, {postgis}, pg_temp AS $$
#variable_conflict use_column
DECLARE
    _day date := at::date;
    _counties integer := 0;
    _held record;
    _other record;
    _unit record;
    _area text;
    _chain text[] := '{}';
    _office text;
    _place geometry;
    _near float8;
    _grid text;
    _lane text;
    _kind text;
    _rule record;
    _decided text;
    _department text;
    _status text;
BEGIN
    IF (SELECT count(DISTINCT r.scheme) FROM releases_on(_day) r
        WHERE (of_scheme IS NULL OR r.scheme = of_scheme) AND (of_county IS NULL OR r.county_code = of_county)) > 1 THEN
        RAISE EXCEPTION 'resolve: several grid schemes hold here, say which one (of_scheme)'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- Which county: the one whose unit grid holds the place, else whose area does, else the only one there is.
    FOR _held IN
        SELECT r.* FROM releases_on(_day) r
        WHERE (of_scheme IS NULL OR r.scheme = of_scheme) AND (of_county IS NULL OR r.county_code = of_county)
        ORDER BY r.county_code
    LOOP
        _counties := _counties + 1;
        _place := CASE
            WHEN _held.srid > 0 AND ST_SRID(place) > 0 AND ST_SRID(place) <> _held.srid
                THEN ST_Transform(place, _held.srid)
            ELSE ST_SetSRID(place, _held.srid) END;
        _near := (_held.answering ->> 'precision_m')::float8;
        SELECT u.* INTO _unit FROM unit_grid u
        WHERE u.county_code = _held.county_code AND u.scheme = _held.scheme AND u.release = _held.number
            AND ST_DWithin(u.geom, _place, _near)
        ORDER BY u.code LIMIT 1;
        EXIT WHEN _unit.code IS NOT NULL;
    END LOOP;
    IF _counties = 0 THEN
        RETURN;
    END IF;
    _area := _unit.area_code;
    IF _area IS NULL THEN
        FOR _other IN
            SELECT r.* FROM releases_on(_day) r
            WHERE (of_scheme IS NULL OR r.scheme = of_scheme)
                AND r.county_code = coalesce(CASE WHEN _unit.code IS NOT NULL THEN _held.county_code END, of_county,
                    r.county_code)
            ORDER BY r.county_code
        LOOP
            SELECT a.code INTO _area FROM area a
            WHERE a.county_code = _other.county_code AND a.scheme = _other.scheme AND a.release = _other.number
                AND ST_DWithin(a.geom, _place, (_other.answering ->> 'precision_m')::float8)
                AND in_force_on(a.valid_from, a.valid_to, _day)
            ORDER BY cardinality(a.path) DESC, a.code LIMIT 1;
            IF _area IS NOT NULL THEN
                _held := _other;
                EXIT;
            END IF;
        END LOOP;
    END IF;
    IF _unit.code IS NULL AND _area IS NULL AND _counties > 1 THEN
        RETURN;
    END IF;

    -- The lane: the component's own, else the nearest in use.
    SELECT l.code INTO _lane FROM lane l
    WHERE l.county_code = _held.county_code AND l.scheme = _held.scheme AND l.release = _held.number
        AND NOT coalesce(_held.answering -> 'closed_lane_states' ? l.state, false)
        AND in_force_on(l.valid_from, l.valid_to, _day) AND l.code = component ->> 'lane_code';
    IF _lane IS NULL THEN
        SELECT l.code INTO _lane FROM lane l
        WHERE l.county_code = _held.county_code AND l.scheme = _held.scheme AND l.release = _held.number
            AND NOT coalesce(_held.answering -> 'closed_lane_states' ? l.state, false)
            AND in_force_on(l.valid_from, l.valid_to, _day)
            AND ST_DWithin(l.geom, _place, (_held.answering ->> 'lane_distance_m')::float8)
        ORDER BY ST_Distance(l.geom, _place), l.code LIMIT 1;
    END IF;

    _grid := _unit.responsibility_grid;
    IF (_held.answering ->> 'over_lanes')::boolean THEN
        SELECT g.code INTO _grid FROM responsibility_grid g
        WHERE g.county_code = _held.county_code AND g.scheme = _held.scheme AND g.release = _held.number
            AND g.code = _lane AND (g.valid_to IS NULL OR _day <= g.valid_to);
    END IF;

    SELECT a.path, a.office_code INTO _chain, _office FROM area a
    WHERE a.county_code = _held.county_code AND a.scheme = _held.scheme AND a.release = _held.number AND a.code = _area;
    _kind := CASE WHEN coalesce(component ->> 'component_code', '') <> '' THEN 'component' ELSE class_kind END;
    SELECT * INTO _rule FROM rule_at(_held.county_code, _held.scheme, _held.number, _held.answering, _place, _day,
        _chain, _kind, class);

    SELECT named.decided, named.department INTO _decided, _department
    FROM (VALUES
        (1, 'interim', component ->> 'interim_code'),
        (2, 'maintainer', component ->> 'maintainer_code'),
        (3, 'owner', component ->> 'owner_code'),
        (4, 'duty_rule', CASE WHEN _area IS NOT NULL THEN _rule.department_code END),
        (5, 'unit_grid_responsible', _unit.responsible_code),
        (6, 'unit_grid_fallback', _unit.fallback_code),
        (7, 'street_office', _office),
        (8, 'outside', '')) AS named (turn, decided, department)
    WHERE named.turn = 8 OR coalesce(named.department, '') <> ''
    ORDER BY named.turn LIMIT 1;
    _status := CASE
        WHEN _held.answering -> 'disputed_owner_states' ? (component ->> 'owner_state') THEN 'disputed'
        WHEN _decided = 'duty_rule' AND _rule.disputed THEN 'disputed'
        WHEN _decided IN ('unit_grid_fallback', 'street_office', 'outside') THEN 'fallback'
        ELSE 'clear' END;

    RETURN QUERY SELECT
        _held.county_code, _held.scheme, _held.number, _unit.code, _grid,
        nullif(successor(_held.county_code, _held.scheme, _held.number, _department, _day), ''),
        on_duty(_held.county_code, _held.scheme, _held.number, _held.answering, 'responsibility_grid', _grid, at,
            CASE WHEN _decided = 'duty_rule' THEN _rule.role END),
        _lane,
        on_duty(_held.county_code, _held.scheme, _held.number, _held.answering, 'lane', _lane, at, NULL),
        _status,
        CASE WHEN _decided = 'duty_rule' THEN _rule.id ELSE _decided END;
END
$$;
