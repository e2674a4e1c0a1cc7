import cProfile, pstats, time
def test_prof(platform):
    c=platform.walkers["coordinator"].client; o=platform.walkers["officer"].client; x=platform.walkers["staff"].client
    for who,cl in (("c",c),("o",o),("x",x)):
        for a in ("/consortia/1","/projects","/consortia/2","/me"):
            cl.get(a)
            t=time.process_time()
            for _ in range(10): r=cl.get(a)
            print(who,a,r.status_code,(time.process_time()-t)*100,"ms")
    p=cProfile.Profile(); p.enable()
    for _ in range(20): o.get("/projects"); x.get("/consortia/2")
    p.disable(); pstats.Stats(p).sort_stats("cumtime").print_stats(60)
