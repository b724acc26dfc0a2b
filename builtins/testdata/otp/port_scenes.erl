%% Ports to programs: what comes in and how it is cut, commands, owners, links and monitors, ends.
-module(port_scenes).
-export([main/0]).

main() ->
    scene:run("open_port: what comes in", incoming()),
    scene:run("open_port: programs", programs()),
    scene:run("open_port: owners", owners()),
    scene:run("os:cmd", commands()).

%% What a port sends until it says that this is all, the port left out.
all(Port) ->
    receive
        {Port, {exit_status, N}} -> [{exit_status, N}];
        {Port, {data, D}} -> [D | all(Port)];
        {Port, Other} -> [Other | all(Port)];
        {'EXIT', Port, Why} -> [{'EXIT', Why}]
    after 5000 -> [nothing]
    end.

shell(Text, Options) -> all(open_port({spawn, "sh -c '" ++ Text ++ "'"}, [exit_status | Options])).

cat(Options) -> open_port({spawn, "cat"}, Options).

echoed(Port, Data) ->
    true = port_command(Port, Data),
    receive {Port, {data, D}} -> D after 5000 -> nothing end.

incoming() ->
    [{"list and binary", fun() -> {shell("echo hello", []), shell("echo hello", [binary])} end},
     {"status", fun() -> {shell("exit 3", []), shell("kill -9 $$", [])} end},
     {"eof", fun() ->
         Port = open_port({spawn, "echo x"}, [eof]),
         {receive {Port, {data, D}} -> D end, receive {Port, eof} -> eof end, is_list(erlang:port_info(Port)), port_close(Port)}
     end},
     {"lines", fun() -> {shell("printf \"ab\\ncdefgh\\nij\"", [{line, 3}]), shell("printf \"ab\\n\\nabc\\nabcd\\n\"", [{line, 3}, binary])} end},
     {"packets", fun() ->
         [begin
              Port = cat([{packet, N}, binary]),
              Answers = [echoed(Port, <<"hello">>), echoed(Port, <<>>), echoed(Port, binary:copy(<<"x">>, 200))],
              port_close(Port),
              Answers
          end || N <- [1, 2, 4]]
     end},
     {"a million bytes", fun() ->
         Port = cat([binary]),
         port_command(Port, binary:copy(<<"0123456789">>, 100000)),
         Count = count(Port, 0),
         port_close(Port),
         Count
     end},
     {"errors as output", fun() -> shell("echo bad >&2", [stderr_to_stdout]) end}].

count(_, N) when N >= 1000000 -> N;
count(Port, N) -> receive {Port, {data, D}} -> count(Port, N + byte_size(D)) after 5000 -> {only, N} end.

programs() ->
    [{"arguments", fun() -> all(open_port({spawn_executable, "/bin/echo"}, [exit_status, {args, ["a b", <<"c">>, "$HOME"]}])) end},
     {"arg0", fun() -> all(open_port({spawn_executable, "/bin/sh"}, [exit_status, {arg0, "zero"}, {args, ["-c", "echo $0"]}])) end},
     {"environment and directory", fun() -> shell("echo $FOO$BAR $PWD", [{env, [{"FOO", "foo"}, {"BAR", false}]}, {cd, "/"}]) end},
     {"what cannot be", fun() ->
         [case catch open_port(Name, Options) of {'EXIT', {Why, _}} -> Why; _ -> opened end
          || {Name, Options} <- [{{spawn_executable, "/no/such"}, []}, {{spawn_executable, "/etc/passwd"}, []}, {{spawn, "echo"}, [foo]},
                                 {{spawn, "echo"}, foo}, {{spawn, "echo"}, [{line, 0}]}, {{spawn, "echo"}, [{packet, 3}]},
                                 {{spawn, "echo"}, [{args, ["x"]}]}, {{spawn_driver, "none"}, []}, {{spawn, "echo"}, [{env, [foo]}]},
                                 {{spawn, 5}, []}]]
     end},
     {"facts", fun() ->
         Port = cat([]),
         "hello" = echoed(Port, "hello"),
         register(scene_port, Port),
         Facts = [erlang:port_info(Port, Item) || Item <- [name, input, output, registered_name, monitors, monitored_by]],
         Names = [Key || {Key, _} <- erlang:port_info(scene_port)],
         Named = {whereis(scene_port) =:= Port, erlang:port_info(nobody), lists:member(Port, erlang:ports())},
         scene_port ! {self(), {command, "zz"}},
         Came = receive {Port, {data, D}} -> D end,
         port_close(scene_port),
         {Facts, Names, Named, Came, erlang:port_info(Port), whereis(scene_port)}
     end}].

owners() ->
    [{"messages", fun() ->
         Port = cat([]),
         Port ! {self(), {command, [<<"yo">>, "u"]}},
         Came = receive {Port, {data, D}} -> D end,
         Port ! {self(), close},
         {Came, receive {'EXIT', Port, Why} -> Why end, receive {Port, closed} -> closed end}
     end},
     {"closed", fun() ->
         Port = cat([]),
         Closed = port_close(Port),
         Exit = receive {'EXIT', Port, Why} -> Why end,
         {Closed, Exit, [case catch F(Port) of {'EXIT', {R, _}} -> R; V -> V end
                         || F <- [fun erlang:port_close/1, fun(P) -> port_command(P, "x") end, fun(P) -> erlang:port_connect(P, self()) end]]}
     end},
     {"the owner's end", fun() ->
         Self = self(),
         Owner = spawn(fun() -> Self ! {port, cat([])}, receive stop -> ok end end),
         receive {port, Port} -> ok end,
         Ref = erlang:monitor(port, Port),
         Owner ! stop,
         receive {'DOWN', Ref, port, Port, Why} -> Why end
     end},
     {"another owner", fun() ->
         Self = self(),
         Port = cat([]),
         Other = spawn(fun() -> receive go -> Port ! {self(), {command, "mine"}} end, receive {Port, {data, D}} -> Self ! {came, D} end end),
         Port ! {Self, {connect, Other}},
         receive {Port, connected} -> ok end,
         scene:watch(Other) ! go,
         Came = receive {came, D} -> D end,
         scene:wait(Other),
         {Came, length(element(2, erlang:port_info(Port, links))), port_connect(Port, self()), echoed(Port, "again"), port_close(Port)}
     end},
     {"nonsense", fun() ->
         Port = cat([]),
         Port ! nonsense,
         Why = receive {'EXIT', Port, R} -> R end,
         {Why, is_list(erlang:port_info(Port)), port_close(Port), receive {'EXIT', Port, R2} -> R2 end}
     end},
     {"exits", fun() ->
         [begin
              Port = cat([]),
              exit(Port, Why),
              receive {'EXIT', Port, Told} -> Told end
          end || Why <- [normal, boo, kill]]
     end},
     {"links and monitors", fun() ->
         Port = cat([]),
         Ref = erlang:monitor(port, Port),
         Seen = {process_info(self(), monitors) =:= {monitors, [{port, Port}]}, lists:member(Port, element(2, process_info(self(), links)))},
         unlink(Port),
         port_close(Port),
         {Seen, receive {'DOWN', Ref, port, Port, Why} -> Why end, lists:member(Port, element(2, process_info(self(), links)))}
     end},
     {"nobody reads", fun() ->
         Port = open_port({spawn, "sh -c 'exec 0<&-; echo ready; sleep 5'"}, []),
         receive {Port, {data, D}} -> D end,
         port_command(Port, "x"),
         receive {'EXIT', Port, Why} -> Why end
     end}].

commands() ->
    [{"output", fun() ->
         [os:cmd(C) || C <- ["echo a; echo b >&2", "exit 3", "printf 'no newline'", 'echo atom', ["echo ", [$x, "y"]], "cat", "cd /; pwd", "",
                             "for i in 1 2; do echo $i; done", "(exit 4); echo $?"]]
     end},
     {"left behind", fun() -> os:cmd("sleep 5 & echo done") end},
     {"limits", fun() -> {os:cmd("echo hello", #{max_size => 2}), os:cmd("echo hello", #{max_size => 0}), os:cmd("echo hello", #{})} end}].
