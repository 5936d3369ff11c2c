"""Seeds of fuzz_script: every construct of the language once, in small scripts. Our own scripts (conformance/scripts)
and
self-test scripts are seeds too; replaying and fuzzing take them from there."""

SCRIPTS = {
    "empty": "",
    "comments": "// one\n/* two\n   lines */\n# three\n",
    "front-matter": "//: title: Something happens\n//: spec: MUST-8\n//: quiet 3s\n0 close(3) = 0\n",
    "options": "--tolerance_usecs=10000\n--ip_version=ipv4\n--local_ip=192.168.0.1\n--mtu=1500\n0 close(3) = 0\n",
    "init": "`sysctl -q net.ipv4.tcp_sack=1`\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n",
    "times": "0 close(3) = 0\n+0 close(3) = 0\n+.1 close(3) = 0\n1.5 close(3) = 0\n* > . 1:1(0) ack 1\n"
             "+0~+.2 > . 1:1(0) ack 1\n2~3 > . 1:1(0) ack 1\n",
    "blocking": "0 read(3, ..., 10) = 10\n0...0.2 accept(3, ..., ...) = 4\n+0...+.1 write(4, ..., 10) = 10\n",
    "calls": "0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3\n"
             "+0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"
             "+0 accept(3, ..., ...) = -1 EAGAIN (Resource temporarily unavailable)\n"
             "+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
             "+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
             "+0 shutdown(3, SHUT_WR) = 0\n+0 close(3) = 0\n",
    "getsockopt": "0 getsockopt(3, SOL_TCP, TCP_MAXSEG, [1460], [4]) = 0\n"
             "0 getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0\n",
    "linger": "0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n",
    "sockaddr": "0 bind(3, {sa_family = AF_INET, sin_port = htons(8080), sin_addr = inet_addr(\"192.168.0.1\")}, "
             "16) = 0\n",
    "sockaddr6": "0 bind(3, {sa_family = AF_INET6, sin6_port = htons(8080), inet_pton(AF_INET6, \"fd3d::1\", "
             "&sin6_addr)}, 28) = 0\n",
    "poll": "0 poll([{fd=3, events=POLLIN|POLLOUT, revents=POLLOUT}], 1, 0) = 1\n",
    "epoll": "0 epoll_create(1) = 5\n0 epoll_ctl(5, EPOLL_CTL_ADD, 3, {events=EPOLLIN, fd=3}) = 0\n"
             "0 epoll_wait(5, {events=EPOLLIN, fd=3}, 1, 0) = 1\n",
    "sendmsg": "0 sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 100}], msg_flags=0}, 0) = 100\n",
    "recvmsg": "0 recvmsg(4, {msg_name(...)=..., msg_iov(2)=[{..., 10}, {..., 20}], msg_flags=MSG_EOR}, 0) = 30\n",
    "writev": "0 writev(4, [{..., 100}, {..., 200}], 2) = 300\n0 readv(4, [{..., 100}], 1) = 100\n",
    "strings": "0 write(4, \"abc\\n\\x41\", 5) = 5\n",
    "handshake": "0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>\n"
                 "+0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 8>\n+.1 < . 1:1(0) ack 1 win 257\n",
    "timestamps": "+0 < P. 1:11(10) ack 1 win 257 <nop,nop,TS val 100 ecr 200>\n"
             "+0 > . 1:1(0) ack 11 <nop,nop,TS val 200 ecr 100>\n",
    "sack": "+0 < . 1:1(0) ack 1 win 257 <sack 1001:2001 3001:4001,nop,nop>\n",
    "any-options": "+0 > . 1:1(0) ack 1 <...>\n",
    "flags": "+0 < FSRP.UEWA 1:1(0) ack 1 win 1 urg 1\n+0 < - 1:1(0) win 1\n+0 > R 1:1(0)\n+0 > F. 1:1(0) ack 1\n",
    "ecn": "+0 < [ect0] . 1:1001(1000) ack 1 win 257\n+0 > [ce] E. 1:1(0) ack 1001\n+0 < SEWA 0:0(0) win 1\n",
    "accecn": "+0 > S. 0:0(0) ack 1 <mss 1460,ECN e1b 1 ceb 0 e0b 1>\n+0 < .5 1:1(0) ack 1 win 1\n",
    "ip-fields": "+0 > [tos 0x10, flowlabel 0x1] . 1:1(0) ack 1\n+0 < [ttl 3] . 1:1(0) ack 1 win 1\n",
    "ports": "+0 < 8080 > 40000 . 1:1(0) ack 1 win 1\n",
    "fastopen": "+0 < S 0:10(10) win 1 <mss 1000,FO abcd1234,nop,nop>\n"
             "+0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,FOEXP 0123>\n",
    "md5": "+0 > . 1:1(0) ack 1 <md5 000102030405060708090a0b0c0d0e0f,nop,nop>\n",
    "icmp": "+0 < icmp unreachable host_unreachable [1:1(0)]\n"
             "+0 < icmp unreachable frag_needed mtu 1400 [1:1461(1460)]\n",
    "udp": "+0 < udp (100)\n+0 > udp (100)\n",
    "gre": "+0 < ipv4 1.1.1.1 > 2.2.2.2: gre: . 1:1(0) ack 1 win 1\n",
    "mpls": "+0 < ipv4 1.1.1.1 > 2.2.2.2: gre: mpls (label 1, tc 2, [S], ttl 3): . 1:1(0) ack 1 win 1\n",
    "tunnel": "+0 > ipv6 ::1 > ::2: . 1:1(0) ack 1\n",
    "code": "0 %{ assert tcpi_state == TCP_ESTABLISHED, tcpi_state }%\n+0 %{\nassert tcpi_snd_cwnd == 10\n}%\n",
    "command": "0 `echo hello`\n+.1 `../common/defaults.sh`\n",
    "numbers": "0 read(0x3, ..., 010) = -1\n0 write(3, ..., 1 << 10) = 1024\n",
    "broken-quote": "0 write(4, \"abc, 5) = 5\n",
    "broken-comment": "/* never ends\n0 close(3) = 0\n",
    "broken-packet": "+0 < S 0:0(0 win\n",
    "broken-option": "+0 < . 1:1(0) ack 1 win 1 <mss>\n",
    "broken-length": "+0 < . 1:5(3) ack 1 win 1\n",
    "broken-time": "+ < . 1:1(0) ack 1\n",
    "not-text": "\x00\x01\x7f\u00ff\n",
}


def files():
    return {f"{name}.pkt": text.encode("latin-1") for name, text in SCRIPTS.items()}
