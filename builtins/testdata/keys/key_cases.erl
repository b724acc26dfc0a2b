%% Signatures and secrets: one side makes them with all options, the other one checks them.
-module(key_cases).
-export([make/1, check/1]).

digests() -> [md5, sha, sha224, sha256, sha384, sha512, sha3_256, ripemd160].

signings() ->
    [{rsa, D, []} || D <- digests(), D =/= ripemd160] ++
    [{rsa, D, [{rsa_padding, rsa_pkcs1_pss_padding} | O]} || D <- [sha, sha256, sha512],
        O <- [[], [{rsa_pss_saltlen, -1}], [{rsa_pss_saltlen, 0}], [{rsa_pss_saltlen, 20}], [{rsa_mgf1_md, sha}]]] ++
    [{{ecdsa, C}, D, []} || C <- [secp256r1, secp384r1, secp521r1], D <- [sha, sha256, sha512]] ++
    [{{eddsa, ed25519}, none, []}, {dss, sha, []}].

secrets() ->
    [rsa_pkcs1_padding, rsa_pkcs1_oaep_padding, [{rsa_padding, rsa_pkcs1_oaep_padding}, {rsa_oaep_md, sha256}],
     [{rsa_padding, rsa_pkcs1_oaep_padding}, {rsa_oaep_md, sha512}, {rsa_mgf1_md, sha}, {rsa_oaep_label, <<"label">>}]].

%% A group of DSA: P, Q and G of 1024 and 160 bits.
group() ->
    [16#fd7f53811d75122952df4a9c2eece4e7f611b7523cef4400c31e3f80b6512669455d402251fb593d8d58fabfc5f5ba30f6cb9b556cd7813b801d346ff26660b76b9950a5a49f9fe8047b1022c24fbba9d7feb7c61bf83b57e7c6a8a6150f04fb83f6d3c51ec3023554135a169132f675f3ae2b61d72aeff22203199dd14801c7,
     16#9760508f15230bccb292b982a2eb840bf0581cf5,
     16#f7e1a085d69b3ddecbbcab5c36b857b97994afbbfa3aea82f9574c0b3d0782675159578ebad4594fe67107108180b449167123e84c281613b7cf09328cc8a6e13c167a8b547c8d28e0a3ae1e2bb3a675916ea37f0bfa213562f1fb627a01243bcca4f1bea8519089a883dfe15ae59f06928b665e807b552564014c3bfecf492a].

%% Long enough for a signature of sha512 with a salt of its size.
keys(rsa) -> crypto:generate_key(rsa, {1040 + 8 * rand:uniform(32), 65537});
keys({ecdsa, C}) -> {P, S} = crypto:generate_key(ecdh, C), {[P, C], [S, C]};
keys({eddsa, C}) -> {P, S} = crypto:generate_key(eddsa, C), {[P, C], [S, C]};
keys(dss) ->
    [P, Q, G] = group(),
    X = crypto:bytes_to_integer(crypto:strong_rand_bytes(19)),
    {[P, Q, G, crypto:bytes_to_integer(crypto:mod_pow(G, X, P))], [P, Q, G, X]}.

algorithm({A, _}) -> A;
algorithm(A) -> A.

make(File) ->
    Signed = [begin
                  {Public, Private} = keys(A),
                  Message = crypto:strong_rand_bytes(rand:uniform(100)),
                  {A, D, O, Public, Message, crypto:sign(algorithm(A), D, Message, Private, O)}
              end || {A, D, O} <- signings()],
    {Public, Private} = crypto:generate_key(rsa, {1536, 65537}),
    Encrypted = [{O, Private, T, crypto:public_encrypt(rsa, T, Public, O)} || O <- secrets(), T <- [<<>>, <<"a">>, <<"somewhat longer">>]],
    Written = [{Public, T, crypto:private_encrypt(rsa, T, Private, rsa_pkcs1_padding)} || T <- [<<>>, <<"abc">>]],
    file:write_file(File, term_to_binary({Signed, Encrypted, Written})).

%% check(File) lists what is wrong.
check(File) ->
    {ok, B} = file:read_file(File),
    {Signed, Encrypted, Written} = binary_to_term(B),
    [{A, D, O, Right, Wrong} || {A, D, O, Public, Message, Signature} <- Signed,
        Right <- [crypto:verify(algorithm(A), D, Message, Signature, Public, O)],
        Wrong <- [crypto:verify(algorithm(A), D, [Message, 1], Signature, Public, O)], Right =/= true orelse Wrong =/= false] ++
    [{O, Text} || {O, Private, Text, Secret} <- Encrypted, crypto:private_decrypt(rsa, Secret, Private, O) =/= Text] ++
    [Text || {Public, Text, Secret} <- Written, crypto:public_decrypt(rsa, Secret, Public, rsa_pkcs1_padding) =/= Text].
