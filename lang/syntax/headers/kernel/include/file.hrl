%% What file:read_file_info and file:open return.
-ifndef(FILE_HRL_).
-define(FILE_HRL_, true).
-define(FILE_HRL_NUMBER, non_neg_integer() | undefined).
-define(FILE_HRL_TIME, file:date_time() | non_neg_integer() | undefined).
-record(file_info, {
    size :: ?FILE_HRL_NUMBER,
    type :: device | directory | other | regular | symlink | undefined,
    access :: read | write | read_write | none | undefined,
    atime :: ?FILE_HRL_TIME,
    mtime :: ?FILE_HRL_TIME,
    ctime :: ?FILE_HRL_TIME,
    mode :: ?FILE_HRL_NUMBER,
    links :: ?FILE_HRL_NUMBER,
    major_device :: ?FILE_HRL_NUMBER,
    minor_device :: ?FILE_HRL_NUMBER,
    inode :: ?FILE_HRL_NUMBER,
    uid :: ?FILE_HRL_NUMBER,
    gid :: ?FILE_HRL_NUMBER
}).
-record(file_descriptor, {module :: module(), data :: term()}).
-endif.
