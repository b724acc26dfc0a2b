%% TCP and UDP on one host: packets, active modes, closing, options and errors.
-module(socket_scenes).
-export([main/0]).

main() -> scene:run("sockets", [{Title, guarded(F)} || {Title, F} <- scenes()]).

%% Each in a process of its own, with which its sockets end.
guarded(F) ->
    fun() ->
        {_, Ref} = spawn_monitor(fun() -> exit({scene, try F() of V -> anonymous(V) catch Class:Reason -> {Class, Reason} end}) end),
        receive {'DOWN', Ref, process, _, {scene, Result}} -> Result end
    end.

%% What has another number each time is named only.
anonymous(T) when is_tuple(T) -> list_to_tuple([anonymous(E) || E <- tuple_to_list(T)]);
anonymous([H | T]) -> [anonymous(H) | anonymous(T)];
anonymous(P) when is_port(P) -> port;
anonymous(P) when P =:= self() -> me;
anonymous(P) when is_pid(P) -> pid;
anonymous(X) -> X.

flush() -> receive M -> [M | flush()] after 60 -> [] end.

%% Both ends of a connection, and who listened.
pair(ListenOptions, ConnectOptions) ->
    {ok, L} = gen_tcp:listen(0, [{ip, {127,0,0,1}} | ListenOptions]),
    {ok, P} = inet:port(L),
    {ok, C} = gen_tcp:connect({127,0,0,1}, P, ConnectOptions),
    {ok, S} = gen_tcp:accept(L),
    {L, C, S}.

scenes() ->
    [{"raw passive list", fun() -> {L,C,S} = pair([{active,false}],[{active,false}]), ok = gen_tcp:send(C, "hello"), A = gen_tcp:recv(S, 0), ok = gen_tcp:send(S, [<<"ab">>,"cd"]), B = gen_tcp:recv(C, 3), D = gen_tcp:recv(C, 0), E = gen_tcp:recv(C, 0, 50), gen_tcp:close(S), F = gen_tcp:recv(C,0), G = gen_tcp:recv(C,0), H = gen_tcp:send(C,"x"), I = gen_tcp:close(C), J = gen_tcp:close(C), K = gen_tcp:recv(C, 0), M = gen_tcp:send(C,"x"), gen_tcp:close(L), {A,B,D,E,F,G,H,I,J,K,M} end},
     {"active true", fun() -> {_,C,S} = pair([binary],[{active,true}]), gen_tcp:send(C, "hello"), A = flush(), gen_tcp:send(S, "hello"), B = flush(), gen_tcp:close(S), D = flush(), E = gen_tcp:send(C, "a"), F = inet:port(C), G = inet:peername(C), {A,B,D,E,F,G} end},
     {"active once", fun() -> {_,C,S} = pair([binary,{active,false}],[{active,once},{packet,2}]), gen_tcp:send(S, <<0,3,"abc",0,2,"de",0,1,"f">>), A = flush(), ok = inet:setopts(C, [{active,once}]), B = flush(), E = gen_tcp:recv(C,0), F = gen_tcp:recv(C, 5, 50), {A,B,E,F} end},
     {"active n", fun() -> {_,C,S} = pair([binary,{active,false}],[{active,2},{packet,1}]), gen_tcp:send(S, <<1,"a",1,"b",1,"c",1,"d">>), A = flush(), B = inet:getopts(C,[active]), inet:setopts(C, [{active,3}]), E = flush(), F = inet:getopts(C,[active]), inet:setopts(C,[{active,-1}]), {A,B,E,F,flush(),inet:getopts(C,[active])} end},
     {"active n neg", fun() -> {_,C,_S} = pair([],[{active,false}]), A = inet:setopts(C, [{active,-1}]), B = flush(), D = inet:setopts(C,[{active,40000}]), E = inet:setopts(C,[{active,foo}]), {A,B,D,E,inet:getopts(C,[active])} end},
     {"packet 4", fun() -> {_,C,S} = pair([{packet,4},{active,false}],[{packet,4},binary,{active,false}]), gen_tcp:send(C, "hello"), A = gen_tcp:recv(S,0), gen_tcp:send(S, "x"), gen_tcp:send(S, ""), {A, gen_tcp:recv(C,0), gen_tcp:recv(C,0)} end},
     {"packet 4 len", fun() -> {_,C,S} = pair([{packet,4},{active,false}],[{packet,4},binary,{active,false}]), gen_tcp:send(C, "hello"), {gen_tcp:recv(S,3,100), gen_tcp:recv(S,0,100)} end},
     {"line", fun() -> {_,C,S} = pair([{packet,line},{active,false}],[{active,false}]), gen_tcp:send(C, "ab\ncd\r\nef"), A = gen_tcp:recv(S,0), B = gen_tcp:recv(S,0), D = gen_tcp:recv(S,0,50), gen_tcp:close(C), {A,B,D,gen_tcp:recv(S,0,50),gen_tcp:recv(S,0,50)} end},
     {"packet_size", fun() -> {_,C,S} = pair([{packet,2},{active,false},{packet_size,3}],[{packet,2},{active,false}]), gen_tcp:send(C, "hello"), {gen_tcp:recv(S,0,100),gen_tcp:recv(S,0,100)} end},
     {"packet_size active", fun() -> {_,C,S} = pair([{packet,2},{active,true},{packet_size,3}],[{packet,2},{active,false}]), gen_tcp:send(C, "hello"), {S=/=C,flush()} end},
     {"send not socket", fun() -> gen_tcp:send(a, "x") end},
     {"recv not socket", fun() -> gen_tcp:recv(a, 0) end},
     {"recv neg", fun() -> {_,C,_} = pair([],[{active,false}]), gen_tcp:recv(C, -1) end},
     {"recv big", fun() -> {_,C,_} = pair([],[{active,false}]), gen_tcp:recv(C, 16#4000001) end},
     {"recv atom", fun() -> {_,C,_} = pair([],[{active,false}]), gen_tcp:recv(C, a) end},
     {"recv active", fun() -> {_,C,_} = pair([],[]), gen_tcp:recv(C, 0) end},
     {"recv listen", fun() -> {L,_,_} = pair([],[]), gen_tcp:recv(L, 0) end},
     {"recv listen passive", fun() -> {L,_,_} = pair([{active,false}],[]), gen_tcp:recv(L, 0) end},
     {"send listen", fun() -> {L,_,_} = pair([],[]), gen_tcp:send(L, "a") end},
     {"accept conn", fun() -> {_,C,_} = pair([],[]), gen_tcp:accept(C) end},
     {"accept timeout", fun() -> {L,_,_} = pair([],[]), {gen_tcp:accept(L, 20), gen_tcp:accept(L, 0)} end},
     {"accept closed", fun() -> {L,_,_} = pair([],[]), gen_tcp:close(L), gen_tcp:accept(L, 20) end},
     {"accept bad", fun() -> gen_tcp:accept(a, 20) end},
     {"two recv", fun() -> {_,C,S} = pair([],[{active,false}]), Me = self(), spawn(fun() -> Me ! {rcv, gen_tcp:recv(C, 0)} end), timer:sleep(30), R = gen_tcp:recv(C, 0, 50), gen_tcp:send(S, "x"), {R, flush()} end},
     {"econnrefused", fun() -> {ok,L} = gen_tcp:listen(0,[{ip,{127,0,0,1}}]), {ok,P} = inet:port(L), gen_tcp:close(L), gen_tcp:connect({127,0,0,1}, P, []) end},
     {"connect badopt", fun() -> gen_tcp:connect({127,0,0,1}, 80, [foo]) end},
     {"connect badopt2", fun() -> gen_tcp:connect({127,0,0,1}, 80, [{active,foo}]) end},
     {"connect badhost", fun() -> gen_tcp:connect(1, 80, []) end},
     {"listen badopt", fun() -> gen_tcp:listen(0, [foo]) end},
     {"listen badopt3", fun() -> gen_tcp:listen(0, [{packet,3}]) end},
     {"listen badport", fun() -> gen_tcp:listen(a, []) end},
     {"listen badport2", fun() -> gen_tcp:listen(99999, []) end},
     {"listen badport3", fun() -> gen_tcp:listen(-1, []) end},
     {"listen badaddr", fun() -> gen_tcp:listen(0,[{ip,{9,9,9}}]) end},
     {"listen low", fun() -> gen_tcp:listen(0,[{ip,loopback}]) end},
     {"names", fun() -> {L,C,S} = pair([],[]), {ok,{LA,LP}} = inet:sockname(L), {ok,{CA,CP}} = inet:sockname(C), {ok,{PA,PP}} = inet:peername(S), {LA,CA,PA,CP=:=PP,{ok,LP}=:=inet:port(L),inet:peername(L)} end},
     {"names closed", fun() -> {_,C,_} = pair([],[]), gen_tcp:close(C), {inet:sockname(C),inet:peername(C),inet:port(C),inet:getopts(C,[active]),inet:setopts(C,[{active,true}]),inet:getstat(C)} end},
     {"getopts2", fun() -> {_,C,_} = pair([],[binary,{packet,4},{nodelay,true},{keepalive,true}]), inet:getopts(C, [mode,packet,nodelay,keepalive]) end},
     {"setopts bad", fun() -> {_,C,_} = pair([],[]), {inet:setopts(C, [foo]), inet:setopts(C, [{foo,1}]), inet:setopts(C, [{packet,3}]), inet:setopts(C, []), inet:setopts(C, [{mode,list},{nodelay,1}]),inet:setopts(C, [binary]),inet:getopts(C,[mode])} end},
     {"shutdown", fun() -> {_,C,S} = pair([{active,false}],[{active,false}]), A = gen_tcp:shutdown(C, write), B = gen_tcp:recv(S, 0), D = gen_tcp:send(C, "x"), E = gen_tcp:send(S, "y"), {A,B,D,E,gen_tcp:recv(C,0,100)} end},
     {"shutdown exit_on_close", fun() -> {_,C,S} = pair([{active,false},{exit_on_close,false}],[{active,false}]), A = gen_tcp:shutdown(C, write), B = gen_tcp:recv(S, 0), E = gen_tcp:send(S, "y"), {A,B,E,gen_tcp:recv(C,0,100)} end},
     {"controlling", fun() -> {_,C,S} = pair([{active,false}],[]), Me = self(), gen_tcp:send(S,"early"), timer:sleep(50), P = spawn(fun() -> F = fun F() -> receive X -> Me ! {got,X}, F() end end, F() end), A = gen_tcp:controlling_process(C, P), gen_tcp:send(S, "later"), {A,flush(),gen_tcp:controlling_process(C,self()),erlang:port_info(C,connected)} end},
     {"controlling closed", fun() -> {_,C,_} = pair([],[]), gen_tcp:close(C), gen_tcp:controlling_process(C, self()) end},
     {"unrecv", fun() -> {_,C,S} = pair([{active,false}],[]), gen_tcp:unrecv(S,"ab"), gen_tcp:send(C,"cd"), timer:sleep(30), gen_tcp:recv(S,0) end},
     {"header", fun() -> {_,C,S} = pair([binary,{header,2}],[]), gen_tcp:send(C,"abcd"), {S=/=C,flush()} end},
     {"deliver port", fun() -> {_,C,S} = pair([binary,{deliver,port}],[]), gen_tcp:send(C,"abcd"), {S=/=C,flush()} end},
     {"http", fun() -> {_,C,S} = pair([{packet,http},{active,false}],[]), gen_tcp:send(C,"GET /x HTTP/1.1\r\nHost: a\r\nX-y: b\r\n\r\nbody"), {gen_tcp:recv(S,0),gen_tcp:recv(S,0),gen_tcp:recv(S,0),gen_tcp:recv(S,0),inet:setopts(S,[{packet,raw}]),gen_tcp:recv(S,0)} end},
     {"asn1", fun() -> {_,C,S} = pair([{packet,asn1},{active,false}],[]), gen_tcp:send(C,[48,3,1,2,3,48,0]), {gen_tcp:recv(S,0),gen_tcp:recv(S,0,50)} end},
     {"big", fun() -> {_,C,S} = pair([binary,{active,false}],[]), Me = self(), spawn(fun() -> Me ! {sent, gen_tcp:send(C, binary:copy(<<"abc">>,1000000))} end), {ok,B} = gen_tcp:recv(S, 3000000), {byte_size(B), flush()} end},
     {"udp", fun() -> {ok,A} = gen_udp:open(0,[{active,false},{ip,{127,0,0,1}}]), {ok,B} = gen_udp:open(0,[binary,{ip,loopback}]), {ok,PA} = inet:port(A), {ok,PB} = inet:port(B), R = gen_udp:send(B,{127,0,0,1},PA,"hello"), {ok,{IP,P1,D}} = gen_udp:recv(A,0), R2 = gen_udp:send(A,{127,0,0,1},PB,<<"x">>), [{udp,_,IP2,P2,D2}] = flush(), {R,IP,P1=:=PB,D,R2,IP2,P2=:=PA,D2,gen_udp:recv(A,0,20),gen_udp:close(A),gen_udp:close(A),gen_udp:recv(A,0),gen_udp:send(A,{127,0,0,1},PB,"x")} end},
     {"udp send4", fun() -> {ok,A} = gen_udp:open(0,[{active,once},binary]), {ok,PA} = inet:port(A), {ok,B} = gen_udp:open(0), R = gen_udp:send(B,{{127,0,0,1},PA},"hello"), R2 = gen_udp:send(B,{{127,0,0,1},PA},[],"hello2"), F = [{X,Y,D} || {udp,_,X,Y,D} <- flush(), is_integer(Y)], {R,R2,[{X,D} || {X,_,D} <- F],inet:getopts(A,[active]),inet:setopts(A,[{active,1}]),[case M of {udp,_,_,_,D} -> D; O -> O end || M <- flush()]} end},
     {"udp connect", fun() -> {ok,A} = gen_udp:open(0,[{active,false}]), {ok,PA} = inet:port(A), {ok,B} = gen_udp:open(0), R = gen_udp:connect(B,{127,0,0,1},PA), R2 = gen_udp:send(B,"hello"), {ok,{IP,_,D}} = gen_udp:recv(A,0,100), {R,R2,IP,D,inet:peername(A),element(1,element(2,inet:peername(B)))} end},
     {"udp send noconn", fun() -> {ok,B} = gen_udp:open(0), gen_udp:send(B,"hello") end},
     {"udp controlling", fun() -> {ok,B} = gen_udp:open(0), P = spawn(fun() -> receive x -> ok end end), {gen_udp:controlling_process(B,P), gen_udp:controlling_process(B,self())} end}].
