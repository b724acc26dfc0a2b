%% The handler that writes log events to the terminal or to a file. Whoever logs formats the text; one process for each handler writes it,
%% and a sender that is far ahead of it waits.
-module(logger_std_h).

-export([log/2, adding_handler/1, changing_config/3, removing_handler/1, filter_config/1, filesync/1]).

-doc "Writes a log event; called by the logger.".
-spec log(map(), map()) -> ok.
log(Event, #{id := Id, formatter := {Module, Options}} = Config) ->
    Text = unicode:characters_to_binary(Module:format(Event, Options)),
    Pid = writer(Id, Config),
    case process_info(Pid, message_queue_len) of
        {message_queue_len, N} when N >= 10, Pid =/= self() ->
            Ref = erlang:monitor(process, Pid),
            Pid ! {log, Text, {self(), Ref}},
            receive
                {Ref, ok} -> erlang:demonitor(Ref, [flush]);
                {'DOWN', Ref, _, _, _} -> ok
            end;
        _ ->
            Pid ! {log, Text}
    end,
    ok.

%% The process that writes; started when it is needed first.
writer(Id, Config) ->
    Name = name(Id),
    case whereis(Name) of
        undefined ->
            {Pid, Ref} = spawn_monitor(fun() -> begin_writing(Name, maps:get(config, Config, #{})) end),
            Pid ! {ready, self()},
            receive
                {ready, Pid} -> erlang:demonitor(Ref, [flush]), Pid;
                {'DOWN', Ref, _, _, _} -> writer(Id, Config)
            end;
        Pid ->
            Pid
    end.

name(Id) -> list_to_atom("logger_std_h_" ++ atom_to_list(Id)).

begin_writing(Name, Config) ->
    try register(Name, self()) of
        true ->
            process_flag(trap_exit, true),
            receive {ready, Pid} -> Pid ! {ready, self()} end,
            write_loop(opened(maps:get(type, Config, standard_io), Config))
    catch
        error:badarg -> ok
    end.

opened(file, Config) -> open_file(Config);
opened(standard_error, _) -> standard_error;
opened(_, _) ->
    %% What a program prints and what is reported of it do not mix.
    case whereis(standard_error) of
        undefined -> user;
        _ -> standard_error
    end.

%% A file with what is known of it. The writer looks at each text whether it still stands under its name.
open_file(#{file := File} = Config) ->
    {ok, Device} = file:open(File, [raw | maps:get(modes, Config, [append]) -- [raw, delayed_write]]),
    {ok, Info} = file:read_file_info(File),
    {file, Device, Config, element(2, Info), inode(Info)}.

inode(Info) -> {element(10, Info), element(12, Info)}. % device and number

write_loop(Device) ->
    receive
        {log, Text} ->
            write_loop(put_text(Device, Text));
        {log, Text, {From, Ref}} ->
            Next = put_text(Device, Text),
            From ! {Ref, ok},
            write_loop(Next);
        {sync, From, Ref} ->
            case Device of
                {file, File, _, _, _} -> _ = file:sync(File);
                _ -> ok
            end,
            From ! {Ref, ok},
            write_loop(Device);
        {config, Config} when element(1, Device) =:= file ->
            write_loop(setelement(3, Device, Config));
        {stop, From, Ref} ->
            case Device of
                {file, File, _, _, _} -> _ = file:close(File);
                _ -> ok
            end,
            From ! {Ref, ok};
        _ ->
            write_loop(Device)
    end.

put_text({file, Device, #{file := Name} = Config, Size, Inode}, Text) ->
    case file:read_file_info(Name) of
        {ok, Info} when Inode =:= {element(10, Info), element(12, Info)} ->
            _ = file:write(Device, Text),
            rotated({file, Device, Config, Size + byte_size(Text), Inode});
        _ ->
            _ = file:close(Device),
            put_text(open_file(Config), Text)
    end;
put_text(Device, Text) ->
    case Device =/= user orelse whereis(user) =/= undefined of
        true ->
            print(if Device =:= user -> whereis(user); true -> whereis(standard_error) end, Text),
            Device;
        false ->
            receive after 20 -> put_text(Device, Text) end
    end.

%% A file that has grown too big becomes File.0, File.0 becomes File.1 and so on; the oldest goes.
rotated({file, Device, #{file := Name, max_no_bytes := Max} = Config, Size, _}) when is_integer(Max), Size > Max ->
    _ = file:close(Device),
    Keep = maps:get(max_no_files, Config, 0),
    rotate(Name, Keep - 1),
    _ = case Keep of
            0 -> file:delete(Name);
            _ -> file:rename(Name, archive(Name, 0))
        end,
    open_file(Config);
rotated(File) ->
    File.

rotate(Name, N) when N > 0 ->
    _ = file:rename(archive(Name, N - 1), archive(Name, N)),
    rotate(Name, N - 1);
rotate(_, _) ->
    ok.

archive(Name, N) -> lists:concat([Name, ".", N]).

%% The I/O protocol, spoken here so that output does not depend on a group leader.
print(Device, Text) when is_pid(Device) ->
    Ref = erlang:monitor(process, Device),
    Device ! {io_request, self(), Ref, {put_chars, unicode, Text}},
    receive
        {io_reply, Ref, _} -> erlang:demonitor(Ref, [flush]);
        {'DOWN', Ref, _, _, _} -> ok
    end;
print(undefined, _) ->
    ok.

-doc false.
adding_handler(#{id := Id, module := Module} = Config) ->
    Own = maps:get(config, Config, #{}),
    case checked(Own) of
        {ok, Type} ->
            Full = maps:merge(defaults(Type), named(Id, Type, Own)),
            New = Config#{config => Full},
            try writer(Id, New) of
                _ -> {ok, New}
            catch
                _:Reason -> {error, {handler_not_added, {Module, Reason}}}
            end;
        {levels, Levels} ->
            {error, {invalid_olp_levels, Levels}};
        {error, Wrong} ->
            {error, {invalid_config, Module, Wrong}}
    end.

%% The file of a handler has the handler's name unless it is given one.
named(Id, file, Config) -> Config#{type => file, file => filename:absname(maps:get(file, Config, atom_to_list(Id)))};
named(_, Type, Config) -> Config#{type => Type}.

checked(Config) ->
    Allowed = [type | maps:keys(defaults(file))] ++ [file],
    Levels = maps:with([sync_mode_qlen, drop_mode_qlen, flush_qlen], maps:merge(defaults(standard_io), Config)),
    #{sync_mode_qlen := Sync, drop_mode_qlen := Drop, flush_qlen := Flush} = Levels,
    case maps:without(Allowed, Config) of
        Wrong when map_size(Wrong) > 0 -> {error, Wrong};
        _ when Sync > Drop; Drop > Flush -> {levels, Levels};
        _ ->
            case Config of
                #{type := Type} when Type =:= standard_io; Type =:= standard_error -> {ok, Type};
                #{type := file} -> {ok, file};
                #{type := Other} -> {error, #{type => Other}};
                _ when is_map_key(file, Config) -> {ok, file};
                _ -> {ok, standard_io}
            end
    end.

defaults(file) ->
    (defaults(standard_io))#{filesync_repeat_interval => 5000, compress_on_rotate => false, file_check => 0, max_no_bytes => infinity,
                             max_no_files => 0, modes => [delayed_write, raw, append]};
defaults(_) ->
    #{burst_limit_enable => true, burst_limit_max_count => 500, burst_limit_window_time => 1000, drop_mode_qlen => 200,
      filesync_repeat_interval => no_repeat, flush_qlen => 1000, overload_kill_enable => false, overload_kill_mem_size => 3000000,
      overload_kill_qlen => 20000, overload_kill_restart_after => 5000, sync_mode_qlen => 10}.

-doc false.
changing_config(How, #{id := Id, module := Module, config := #{type := Type} = Old}, New) ->
    Own = maps:get(config, New, #{}),
    Fixed = [type, file, modes],
    case checked(maps:merge(#{type => Type}, Own)) of
        {ok, _} ->
            Base = case How of set -> maps:with(Fixed, Old); update -> Old end,
            Full = maps:merge(maps:merge(defaults(Type), Base), named(Id, Type, maps:merge(maps:with([file], Old), Own))),
            case maps:with(Fixed, Full) =:= maps:with(Fixed, Old) of
                true ->
                    case whereis(name(Id)) of
                        undefined -> ok;
                        Pid -> Pid ! {config, Full}
                    end,
                    {ok, New#{config => Full}};
                false ->
                    {error, {illegal_config_change, Module, maps:with(Fixed, Old), maps:with(Fixed, Full)}}
            end;
        {levels, Levels} ->
            {error, {invalid_olp_levels, Levels}};
        {error, Wrong} ->
            {error, {invalid_config, Module, Wrong}}
    end.

-doc false.
removing_handler(#{id := Id}) ->
    case whereis(name(Id)) of
        undefined -> ok;
        Pid -> asked(Pid, stop)
    end.

-doc false.
filter_config(Config) -> Config.

-doc "Waits until everything that was logged is written.".
-spec filesync(atom()) -> ok | {error, term()}.
filesync(Id) when is_atom(Id) ->
    case whereis(name(Id)) of
        undefined -> {error, {badarg, {filesync, [Id]}}};
        Pid -> asked(Pid, sync)
    end;
filesync(Id) ->
    {error, {badarg, {filesync, [Id]}}}.

asked(Pid, What) ->
    Ref = erlang:monitor(process, Pid),
    Pid ! {What, self(), Ref},
    receive
        {Ref, ok} -> erlang:demonitor(Ref, [flush]), ok;
        {'DOWN', Ref, _, _, _} -> ok
    end.
