-- 前置库的基本函数 / What the function that answers is made of.
-- {schema} and {postgis} are filled in when the tables are made.

CREATE OR REPLACE FUNCTION {schema}.in_force_on(first date, last date, day date) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (first IS NULL OR first <= day) AND (last IS NULL OR day <= last)
$$;

-- The releases that hold on a day: of each county and scheme the newest whose first day has come. A release that was
-- made later holds whatever was drawn before it, so one that was announced for a later day is overtaken by it.
CREATE OR REPLACE FUNCTION {schema}.releases_on(day date)
RETURNS TABLE (county_code text, scheme text, number text, answering jsonb, srid integer)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT ON (r.county_code, r.scheme) r.county_code, r.scheme, r.number, r.answering, r.srid
    FROM {schema}.release r
    WHERE r.effective_from <= day
    ORDER BY r.county_code, r.scheme, length(r.number) DESC, r.number DESC
$$;

-- Where a value stands in an order, last of all when it does not.
CREATE OR REPLACE FUNCTION {schema}.place_in(_order jsonb, _value text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(
        (SELECT o.place::integer - 1 FROM jsonb_array_elements_text(_order) WITH ORDINALITY AS o (value, place)
         WHERE o.value = _value LIMIT 1),
        jsonb_array_length(_order), 0)
$$;

-- Who has the work of a department on a day: the one that took it over, and so on.
CREATE OR REPLACE FUNCTION {schema}.successor(_county text, _scheme text, _release text, _code text, _day date)
RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _seen text[] := ARRAY[_code];
    _after text;
BEGIN
    LOOP
        SELECT d.successor_code INTO _after
        FROM {schema}.departments d
        JOIN {schema}.departments s ON s.county_code = d.county_code AND s.scheme = d.scheme AND s.release = d.release
            AND s.code = d.successor_code
        WHERE d.county_code = _county AND d.scheme = _scheme AND d.release = _release AND d.code = _code
            AND d.valid_to < _day;
        IF NOT FOUND OR _after = ANY (_seen) THEN
            RETURN _code;
        END IF;
        _seen := _seen || _after;
        _code := _after;
    END LOOP;
END
$$;

-- The person on duty at a responsibility grid or lane at a time, NULL where nobody is.
CREATE OR REPLACE FUNCTION {schema}.on_duty(
    _county text, _scheme text, _release text, _answering jsonb, _target text, _code text, _at timestamp, _role text)
RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _person text;
BEGIN
    WITH held AS (
        SELECT p.*, n.state AS person_state, n.left_on,
            extract(hour FROM _at)::integer * 60 + extract(minute FROM _at)::integer AS minute_now
        FROM {schema}.posts p
        LEFT JOIN {schema}.persons n ON n.county_code = p.county_code AND n.scheme = p.scheme
            AND n.release = p.release AND n.id = p.person_id
        WHERE p.county_code = _county AND p.scheme = _scheme AND p.release = _release
            AND p.target = _target AND p.target_code = _code AND p.person_id IS NOT NULL
            AND coalesce(p.of_scheme, _scheme) = _scheme
    ), timed AS (
        -- A shift over midnight belongs to the day on which it begins.
        SELECT h.*, CASE WHEN end_minute < start_minute AND minute_now < end_minute THEN _at::date - 1 ELSE _at::date END
            AS day
        FROM held h
        WHERE CASE
            WHEN end_minute < start_minute THEN minute_now < end_minute OR minute_now >= start_minute
            WHEN start_minute = end_minute THEN true
            ELSE start_minute <= minute_now AND minute_now < end_minute
        END
    )
    SELECT t.person_id INTO _person
    FROM timed t
    WHERE NOT coalesce(_answering -> 'absent_states' ? t.person_state, false)
        AND (t.left_on IS NULL OR _at::date <= t.left_on)
        AND (t.weekday_mask >> (extract(isodow FROM t.day)::integer - 1)) & 1 = 1
        AND {schema}.in_force_on(t.valid_from, t.valid_to, t.day)
    ORDER BY
        coalesce(_role, '') <> '' AND coalesce(t.role, '') <> _role,
        {schema}.place_in(_answering -> 'role_order' -> _target, t.role),
        CASE WHEN t.turn IS NULL THEN 0 ELSE {schema}.place_in(_answering -> 'turn_order', t.turn) END,
        t.section_from IS NOT NULL OR t.section_to IS NOT NULL,
        t.person_id
    LIMIT 1;
    RETURN _person;
END
$$;
