const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Give another answer each time, or tell of the session instead of the data. */
const VOLATILE = words(`
  random rand randn uuid uuidv4 uuidv7 gen_random_uuid generate_uuid uuid_string uuid_generate_v4 newid randstr uniform
  normal zipf shuffle random_gauss setseed nextval currval lastval seq1 seq2 seq4 seq8 monotonically_increasing_id
  spark_partition_id input_file_name input_file_block_start input_file_block_length java_method reflect aes_encrypt
  encrypt encrypt_raw new_keyset uuid_numeric random_bytes utc_timestamp utc_date utc_time connection_id last_insert_id
  reservoir_quantile getvariable getenv current_setting current_query current_query_id current_connection_id
  current_transaction_id txid_current pg_backend_pid version current_database current_schema current_schemas
  current_catalog current_user session_user user current_role in_search_path stats write_log error sleep_ms pg_sleep
  clock_timestamp statement_timestamp timeofday sysdate sysdatetime ago unix_timestamp_now getdate curdate_live
  last_query_id current_session current_account current_warehouse current_region inet_client_addr inet_server_addr
  which_secret array_shuffle array_sample random_normal set_config setval lo_get lo_export lo_import ts_stat
  query_to_xml query_to_xml_and_xmlschema query_to_xmlschema cursor_to_xml cursor_to_xmlschema table_to_xml
  table_to_xml_and_xmlschema table_to_xmlschema schema_to_xml schema_to_xml_and_xmlschema schema_to_xmlschema
  database_to_xml database_to_xml_and_xmlschema database_to_xmlschema system_user getpgusername getdatabaseencoding
  get_current_ts_config get_block_size obj_description col_description shobj_description to_regclass row_security_active format_type
`);

/** Families of functions that tell of the session or of what the warehouse holds. */
const OF_STATE = /^(?:pg_|pragma_|duckdb_|txid_|inet_|current_|system\$|has_\w+_privilege$)/;
const STATELESS = words('pg_typeof pg_size_pretty pg_size_bytes pg_column_size');

/** Whether a call can answer otherwise the next time, whatever it is given. */
export const isVolatile = (name: string): boolean =>
  VOLATILE.has(name) || (OF_STATE.test(name) && !STATELESS.has(name));

/** Table functions that read what lies outside, where no literal says what. */
export const OUTSIDE = words(`
  postgres_scan postgres_scan_pushdown postgres_query sqlite_scan sqlite_query mysql_scan mysql_query odbc_scan
  odbc_query read_duckdb iceberg_scan iceberg_metadata iceberg_snapshots delta_scan ducklake_scan seq_scan arrow_scan
  pandas_scan dblink identifier read_files table_changes external_query result_scan remote_query query query_table json_execute_serialized_sql histogram histogram_values pg_read_file pg_read_binary_file pg_ls_dir
`);

/** Table functions that look at nothing but their arguments. */
export const PURE_TABLES = words(`
  unnest generate_series range generate_subscripts repeat repeat_row json_each json_tree json_array_elements
  json_array_elements_text jsonb_array_elements jsonb_array_elements_text json_each_text jsonb_each jsonb_each_text
  json_object_keys jsonb_object_keys json_populate_record json_populate_recordset jsonb_populate_record
  jsonb_populate_recordset json_to_record json_to_recordset jsonb_to_record jsonb_to_recordset jsonb_path_query
  json_table xmltable regexp_matches regexp_split_to_table string_to_table string_split_to_table split_to_table flatten
  explode explode_outer posexplode posexplode_outer inline inline_outer stack sequence generator rows from table
`);

/** Many rows into one, and the order of the rows does not matter. */
const ORDER_FREE = words(`
  avg bit_and bit_or bit_xor bool_and bool_or corr count count_if count_star countif covar_pop covar_samp entropy favg
  fsum histogram histogram_exact kahan_sum kurtosis kurtosis_pop mad max mean median min product quantile quantile_cont
  quantile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy sem skewness
  stddev stddev_pop stddev_samp sum sum_no_overflow sumkahan var_pop var_samp variance bitstring_agg geomean
  geometric_mean wavg weighted_avg every logical_and logical_or booland_agg boolor_agg percentile_cont percentile_disc
  percentile any some any_all ndv std var checksum grouping grouping_id sum0 count_distinct multi_distinct_count
`);

/** Many rows into one, and the answer can hang on their order unless an ORDER BY stands inside. */
export const ORDER_SENSITIVE = words(`
  any_value arbitrary first last array_agg list string_agg group_concat listagg json_group_array json_group_object
  json_group_structure json_agg jsonb_agg json_object_agg jsonb_object_agg json_arrayagg json_objectagg xmlagg
  collect_list collect_set array_concat_agg object_agg map_agg multimap_agg array_union_agg array_unique_agg
  arg_max arg_max_null arg_max_nulls_last arg_min arg_min_null arg_min_nulls_last argmax argmin max_by min_by mode
  approx_count_distinct approx_quantile approx_top_k approx_percentile approx_distinct approx_top_count
  approx_quantiles approx_top_sum percentile_approx approx_most_frequent numeric_histogram histogram_numeric hll hll_accumulate bitmap_union first_value_agg range_agg string_aggregate
`);

/** Answer for one row by looking at its neighbours: ties in the window's order can swap them. */
export const POSITIONAL = words('row_number ntile lag lead first_value last_value nth_value fill');

/** Answer the same for rows that tie. */
export const PEER_FREE = words('rank rank_dense dense_rank percent_rank cume_dist');

/** May turn one row of a projection into many, or none. */
export const MULTIPLYING = words(`
  unnest explode explode_outer posexplode posexplode_outer inline inline_outer stack flatten generate_series range
  generate_subscripts regexp_split_to_table string_split_to_table split_to_table json_array_elements
  json_array_elements_text jsonb_array_elements jsonb_array_elements_text json_each json_each_text jsonb_each
  jsonb_each_text json_object_keys jsonb_object_keys json_populate_recordset jsonb_populate_recordset json_to_recordset
  jsonb_to_recordset jsonb_path_query json_tree json_tuple unnest_outer regexp_matches string_to_table
`);

/** DuckDB's own that share a name with one above, and answer one value for one row. */
const DUCKDB_SCALARS = words('flatten generate_series range regexp_matches json_each json_tree');

const SCALAR = words(`
  abs acos acosh add age array_aggr array_append array_apply array_cat array_concat array_contains array_distance
  array_distinct array_extract array_filter array_has array_has_all array_has_any array_indexof array_intersect
  array_length array_pop_back array_pop_front array_position array_prepend array_push_back array_push_front array_reduce
  array_resize array_reverse array_reverse_sort array_select array_slice array_sort array_to_json array_to_string
  array_transform array_unique array_value array_where array_zip array_size array_compact array_remove array_except
  array_max array_min array_join array_overlap arrays_overlap array_construct array_to_string array ascii asin asinh
  atan atan2 atanh bar base64 bin bit_count bit_length bit_position btrim cardinality cast cbrt ceil ceiling century
  char_length character_length charindex chr coalesce concat concat_ws contains cos cosh cot damerau_levenshtein date
  date_add date_diff date_format date_from_parts date_parse date_part date_sub date_trunc dateadd datediff datename
  datepart datesub datetime datetime_add datetime_diff datetime_sub datetime_trunc datetrunc day dayname dayofmonth
  dayofweek dayofyear days_add days_sub decade decode degrees divide editdist3 element_at encode ends_with endswith
  epoch epoch_ms epoch_ns epoch_us equal_null even exp extract factorial fdiv filter floor fmod format format_bytes
  format_date format_datetime format_timestamp from_base64 from_hex from_json from_unixtime gamma gcd get get_bit
  get_path greatest greatest_common_divisor hamming hash hex hour if ifnull iff ilike initcap inet insert instr
  int64 isfinite isinf isnan isnull is_null isodow isoyear jaccard jaro_similarity jaro_winkler_similarity json
  json_array json_array_length json_contains json_exists json_extract json_extract_array json_extract_path
  json_extract_path_text json_extract_scalar json_extract_string json_format json_keys json_merge_patch json_object
  json_parse json_query json_quote json_structure json_transform json_transform_strict json_type json_valid json_value
  julian last_day lcase lcm least least_common_multiple left len length levenshtein lgamma list_aggr list_aggregate
  list_append list_apply list_cat list_concat list_contains list_count list_distinct list_element list_extract
  list_filter list_has list_has_all list_has_any list_indexof list_intersect list_max list_min list_avg list_sum list_pack
  list_position list_prepend list_reduce list_resize list_reverse list_reverse_sort list_select list_slice list_sort
  list_transform list_unique list_value list_where list_zip ln localtime locate log log10 log2 lower lpad ltrim make_date
  make_interval make_time make_timestamp make_timestamptz map map_concat map_contains map_entries map_extract
  map_from_entries map_keys map_values md5 md5_number microsecond millennium millisecond minute mod month monthname
  months_add months_between months_sub named_struct nanvl nextafter next_day nullif nullifzero nvl nvl2 object_construct
  octet_length ord overlay parse_date parse_datetime parse_dirname parse_filename parse_json parse_path parse_timestamp
  pg_typeof pi position pow power prefix printf quarter quote_ident quote_literal radians regexp_contains regexp_count
  regexp_escape regexp_extract regexp_extract_all regexp_full_match regexp_instr regexp_like regexp_replace
  regexp_split_to_array regexp_substr repeat replace reverse right round round_even roundbankers row row_to_json rpad
  rtrim safe_cast safe_divide second sha sha1 sha2 sha256 sha512 sign signbit sin sinh size slice soundex split
  split_part sqrt square startswith starts_with strftime string string_split string_split_regex string_to_array
  strip_accents strlen strpos strptime str_split str_split_regex str_to_date struct struct_concat struct_extract
  struct_insert struct_pack substr substring suffix tan tanh time time_bucket time_trunc timestamp timestamp_add
  timestamp_diff timestamp_micros timestamp_millis timestamp_seconds timestamp_sub timestamp_trunc timestampadd
  timestampdiff timezone to_base64 to_binary to_boolean to_char to_date to_days to_decimal to_hex to_hours to_json
  to_jsonb to_microseconds to_milliseconds to_minutes to_months to_number to_seconds to_timestamp to_timestamp_ntz
  to_timestamp_tz to_time to_varchar to_variant to_weeks to_years transform translate trim trunc truncate try_cast
  try_strptime try_to_date try_to_decimal try_to_number try_to_timestamp typeof ucase unbase64 unhex unicode
  unix_timestamp upper url_decode url_encode user_hash values weekday week weekofyear width_bucket xor year yearweek
  zeroifnull apply reduce alias array_cosine_distance array_cosine_similarity array_dot_product array_inner_product
  list_any_value list_cosine_distance list_cosine_similarity list_distance list_dot_product list_first list_histogram
  list_inner_product list_last list_median list_mode list_product list_string_agg list_stddev_pop list_stddev_samp
  list_var_pop list_var_samp map_contains_entry map_contains_value map_extract_value nanosecond era days_in_month
  to_quarters to_decades to_centuries enum_code enum_first enum_last enum_range json_pretty from_json_strict union_tag
  union_extract union_value struct_contains struct_has bitstring nfc_normalize timezone_hour timezone_minute
  uuid_extract_timestamp uuid_extract_version left_grapheme right_grapheme substring_grapheme xmlattributes xmlconcat xmlelement xmlforest jsonb_build_object json_build_object jsonb_build_array json_build_array jsonb_set date_bin make_timestamptz
  convert_timezone from_utc_timestamp to_utc_timestamp at_timezone div0 div0null divnull ratio_to_report_scalar
  struct_keys struct_values struct_update try try_convert convert char nchar varchar decimal numeric int integer bigint
  float double boolean text interval exists not in all
`);

export type FunctionClass = 'scalar' | 'aggregate' | 'unknown';

/** What a call does to rows, as far as its name tells. */
export function classOf(name: string): FunctionClass {
  if (SCALAR.has(name)) return 'scalar';
  if (ORDER_FREE.has(name) || ORDER_SENSITIVE.has(name)) return 'aggregate';
  return 'unknown';
}

export const isMultiplying = (name: string, duckdb: boolean): boolean =>
  MULTIPLYING.has(name) && !(duckdb && DUCKDB_SCALARS.has(name));

/** Table functions whose first argument names files. */
export const FILE_READERS = words(`
  read_csv read_csv_auto read_parquet parquet_scan read_json read_json_auto read_json_objects read_json_objects_auto
  read_ndjson read_ndjson_auto read_ndjson_objects read_text read_blob glob sniff_csv parquet_metadata parquet_schema
  parquet_file_metadata parquet_full_metadata parquet_kv_metadata parquet_bloom_probe read_avro read_xlsx st_read
`);

/** Columns that an engine adds to every table or file by itself. */
const PSEUDO = words(`
  rowid ctid xmin xmax cmin cmax tableoid oid _rowid_ rownum filename file_row_number file_index _table_suffix
  _partitiontime _partitiondate _file_name _metadata metadata$filename metadata$file_row_number $path $file_size
  $file_modified_time $partition $bucket $row_id
`);

/** The name among the parts that is such a column, or null: `_metadata` has fields. */
export function pseudoColumn(parts: readonly string[]): string | null {
  const last = (parts.at(-1) ?? '').toLowerCase();
  if (PSEUDO.has(last)) return last;
  return parts.includes('_metadata') ? '_metadata' : null;
}
