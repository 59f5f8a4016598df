"""What is asked of a database: pg_catalog alone, which every role may read, whatever it was granted.

information_schema is not asked, since it shows a role only what it may use itself.
https://www.postgresql.org/docs/current/catalogs.html and ddl-priv.html (the meaning of an absent ACL).
"""

from __future__ import annotations

_OURS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
_GRANTEE = "LEFT JOIN pg_roles g ON g.oid = a.grantee"

HERE = "SELECT current_database()::text"

ROLES = """
SELECT rolname::text, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolreplication, rolinherit,
       to_char(rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM pg_roles ORDER BY rolname
"""

#: Since version 16 a membership may give nothing but its administration, which is still one GRANT away from the rest.
MEMBERS = """
SELECT m.rolname::text, g.rolname::text
FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member JOIN pg_roles g ON g.oid = a.roleid
GROUP BY 1, 2 ORDER BY 1, 2
"""

DATABASES = f"""
SELECT d.datname::text, g.rolname::text, a.privilege_type::text
FROM pg_database d, LATERAL aclexplode(COALESCE(d.datacl, acldefault('d', d.datdba))) a {_GRANTEE}
WHERE d.datname = current_database() ORDER BY 1, 2, 3
"""

SCHEMAS = f"""
SELECT n.nspname::text, g.rolname::text, a.privilege_type::text
FROM pg_namespace n, LATERAL aclexplode(COALESCE(n.nspacl, acldefault('n', n.nspowner))) a {_GRANTEE}
WHERE {_OURS} ORDER BY 1, 2, 3
"""

RELATIONS = f"""
SELECT c.oid::bigint, n.nspname::text, c.relname::text, c.relkind::text, o.rolname::text,
       c.relrowsecurity, COALESCE(c.reloptions::text[] && '{{security_invoker=true,security_invoker=on}}', false),
       ARRAY(SELECT t.attname::text FROM pg_attribute t
             WHERE t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped ORDER BY t.attnum)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles o ON o.oid = c.relowner
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_OURS} ORDER BY 2, 3
"""

#: What a view is made of: the rule that rewrites it depends on each column; 0 is the whole row.
SHOWS = """
SELECT DISTINCT r.ev_class::bigint, n.nspname::text, c.relname::text, t.attname::text
FROM pg_rewrite r
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
     AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class
JOIN pg_class c ON c.oid = d.refobjid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute t ON t.attrelid = d.refobjid AND t.attnum = d.refobjsubid AND d.refobjsubid > 0
WHERE r.rulename = '_RETURN' ORDER BY 1, 2, 3, 4
"""

#: A partition holds rows of the table that it is a part of, whose columns it has.
PARTS = """
SELECT c.oid::bigint, n.nspname::text, r.relname::text, t.attname::text
FROM pg_class c JOIN pg_class r ON r.oid = pg_partition_root(c.oid) JOIN pg_namespace n ON n.oid = r.relnamespace
JOIN pg_attribute t ON t.attrelid = r.oid AND t.attnum > 0 AND NOT t.attisdropped
WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') ORDER BY c.oid, t.attnum
"""

#: A relation without an ACL is its owner's alone.
TABLE_GRANTS = f"""
SELECT n.nspname::text, c.relname::text, g.rolname::text, a.privilege_type::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, LATERAL aclexplode(c.relacl) a {_GRANTEE}
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.grantee <> c.relowner AND {_OURS} ORDER BY 1, 2, 3, 4
"""

COLUMN_GRANTS = f"""
SELECT n.nspname::text, c.relname::text, g.rolname::text, a.privilege_type::text,
       array_agg(t.attname::text ORDER BY t.attnum)
FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace,
     LATERAL aclexplode(t.attacl) a {_GRANTEE}
WHERE t.attnum > 0 AND NOT t.attisdropped AND a.grantee <> c.relowner AND {_OURS}
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""

COLUMNS = f"""
SELECT n.nspname::text, c.relname::text, obj_description(c.oid, 'pg_class'), t.attname::text,
       format_type(t.atttypid, t.atttypmod), col_description(c.oid, t.attnum)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute t ON t.attrelid = c.oid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND {_OURS}
      AND t.attnum > 0 AND NOT t.attisdropped
ORDER BY 1, 2, t.attnum
"""
